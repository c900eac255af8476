"""Types under which the kernel's display hands objects to the recorder."""

FIGURE_MIME = "application/vnd.hamgasht.figure+json"
RASTER_MIME = "application/vnd.hamgasht.raster+json"
TABLE_MIME = "application/vnd.dataresource+json"
MATRIX_MIME = "application/vnd.hamgasht.matrix+json"
VALUES_MIME = "application/vnd.hamgasht.values+json"
ERROR_MIME = "application/vnd.hamgasht.error+json"
REPORT_MIME = "application/vnd.hamgasht.report+json"
