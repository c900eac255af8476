"""The few words of the extension's own, in both languages.

Takes in a language; gives out its words.
"""

from collections.abc import Mapping

_WORDS: dict[str, dict[str, str]] = {
    "en": {
        "copy": "Copy with what it needs",
        "copy_title": "Copy this cell with the earlier cells it needs, ready to run",
        "output": "Output",
        "formula": "Formula",
        "matrix": "Matrix, {rows} by {columns}",
        "row": "Row of {columns} numbers",
        "table": "Table",
        "printed": "Printed text",
        "data": "data: ",
        "data_images": "{count} images",
        "data_files": "{count} files",
        "data_drive": "from Google Drive",
        "data_keras": "from Keras",
        "data_archive": "from a local archive",
        "data_folder": "from a local folder",
        "data_known": "digest known",
        "data_unrecorded": "origin not recorded",
        "data_synthetic": "synthetic stand-in, not the real data",
        "data_reencoded": "re-encoded",
        "data_unknown": "digest not known",
        "comma": ", ",
        "notebook": "Notebook",
        "source": "Source file",
        "manifest": "Record of the run",
        "glossary_also": "Also: {names}.",
        "errata_claim": "The original claims",
        "errata_shows": "The run shows",
        "yes": "yes",
        "no": "no",
    },
    "fa": {
        "copy": "رونوشت با پیش‌نیازها",
        "copy_title": "رونوشت این خانه همراه خانه‌های پیشینی که لازم دارد، آمادهٔ اجرا",
        "output": "خروجی",
        "formula": "فرمول",
        "matrix": "ماتریس {rows} در {columns}",
        "row": "ردیفی از {columns} عدد",
        "table": "جدول",
        "printed": "متن چاپ‌شده",
        "data": "داده: ",
        "data_images": "{count} تصویر",
        "data_files": "{count} پرونده",
        "data_drive": "از گوگل درایو",
        "data_keras": "از Keras",
        "data_archive": "از بایگانی محلی",
        "data_folder": "از پوشهٔ محلی",
        "data_known": "با چکیدهٔ شناخته",
        "data_unrecorded": "خاستگاه ثبت‌نشده",
        "data_synthetic": "دادهٔ ساختگی، نه دادهٔ واقعی",
        "data_reencoded": "از نو فشرده‌شده",
        "data_unknown": "با چکیدهٔ ناشناخته",
        "comma": "، ",
        "notebook": "دفترچه",
        "source": "فایل کد",
        "manifest": "شناسنامهٔ اجرا",
        "glossary_also": "نام‌های دیگر: {names}.",
        "errata_claim": "گفتهٔ پاسخ اصلی",
        "errata_shows": "اجرا نشان می‌دهد",
        "yes": "بله",
        "no": "خیر",
    },
}


def words(language: str) -> Mapping[str, str]:
    """Return the words of a language by key."""
    return _WORDS[language]
