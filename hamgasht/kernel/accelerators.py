"""The accelerators that a tensor library sees.

Takes in the library's name; gives out their names. Runs where the library is imported
already, or may be: inside a kernel, or as a short process that only asks:

    python -m hamgasht.kernel.accelerators
"""

import json
import sys
from importlib import import_module


def accelerators(library: str) -> list[str]:
    """Return the names of the accelerators that a library sees.

    Args:
        library: ``tensorflow``, ``jax``, ``torch``, or anything else, which sees none.
    """
    if library == "tensorflow":
        config = import_module("tensorflow").config
        details = config.experimental.get_device_details
        found = config.list_physical_devices("GPU")
        return [details(gpu).get("device_name", gpu.name) for gpu in found]
    if library == "jax":
        devices = import_module("jax").devices()
        return [device.device_kind for device in devices if device.platform != "cpu"]
    if library == "torch" and (cuda := import_module("torch").cuda).is_available():
        return [cuda.get_device_name(index) for index in range(cuda.device_count())]
    return []


def main() -> None:
    """Print what Keras runs on, and the accelerators that this sees, as JSON."""
    library = import_module("keras").backend.backend()
    json.dump({"library": library, "names": accelerators(library)}, sys.stdout)


if __name__ == "__main__":
    main()
