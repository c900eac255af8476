"""How soon an explorer answers a change, in headless Chromium; prints one table.

    python tests/benchmarks/explorers.py site

Takes the largest states, on one core, and of each the control that is answered last:
every slider, or the fields of a matrix or a layer. Times run from the event to the page
laid out again, without the painting, in milliseconds; a busy machine has longer ones,
unless it lets this one go first (``chrt -r 1``).
"""

import os
import sys
from pathlib import Path
from urllib.parse import urlencode

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from browser.conftest import FLAGS  # noqa: E402

from hamgasht.release.release import find_browser  # noqa: E402

ROWS = ";".join(",".join(str((i * j) % 7 - 3) for j in range(9)) for i in range(9))
LARGE = f"x={ROWS}&f={ROWS}&padding=same"
# The state in the address, the control to change, and its texts.
CASES = {
    f"convolution, {part}": (
        f"q2-convolution-by-hand.html?explorer=convolution&{LARGE}&part={part}&at=5,5",
        ".hg-grid input",
    )
    for part in ("forward", "filter", "input")
}
RULES = "&".join(f"{rule}=1" for rule in ("momentum", "nesterov", "rmsprop", "adam"))
CASES["descent, five rules, 1000 steps"] = (
    "q1-optimizers.html?explorer=descent&surface=noise&steps=1000&" + RULES,
    "input[type=range]",
)
LAYERS = ";".join(["Conv2D(8,3,padding=same)", "BatchNormalization", "ReLU"] * 33)
NETWORK = urlencode({"explorer": "shapes", "input": "32 32 3", "layers": LAYERS})
CASES["shapes, 99 layers"] = (
    f"q3-shapes-and-parameters.html?{NETWORK}",
    ".hg-layer input",
)
CASES |= {
    f"network, {page}": (f"{page}.html?explorer=network", "[type=range]")
    for page in (
        "q4d-where-it-looks",
        "q5b-robustness-and-labels",
        "q7d-smaller-and-better",
    )
}
CHANGES = 60
MOST = 12  # controls of a kind
MEASURE = """async ([selector, changes, most]) => {
  const live = document.querySelector(".hg-explorer__live");
  const measure = async (input) => {
    const times = [], usual = input.value;
    for (let change = 0; change < changes; change += 1) {
      const [low, high] = input.type === "range" ? [0.2, 0.8] : [1, 2];
      input.value = change % 2 ? low : high;
      const start = performance.now();
      input.dispatchEvent(new Event("input"));
      void live.offsetHeight;
      times.push(performance.now() - start);
      await new Promise(requestAnimationFrame);
    }
    input.value = usual;
    input.dispatchEvent(new Event("input"));
    return times.sort((one, other) => one - other);
  };
  const found = [];
  for (const input of [...live.querySelectorAll(selector)].slice(0, most))
    if (input.offsetParent) found.push(await measure(input));
  const median = (times) => times[times.length >> 1];
  return found.sort((one, other) => median(other) - median(one))[0];
}"""


def main(folder: str) -> None:
    """Measure each case once."""
    os.sched_setaffinity(0, {0})  # the browser inherits it
    print(f"{'case':32} {'best':>7} {'median':>7} {'95 %':>7}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_browser(), args=list(FLAGS)
        )
        for name, (address, selector) in CASES.items():
            tab = browser.new_page()
            tab.goto(f"{Path(folder).resolve().as_uri()}/{address}")
            tab.locator(".hg-explorer__live").wait_for()
            busy = tab.locator(".hg-explorer__live [aria-busy=true]")
            busy.wait_for(state="detached")
            times = tab.evaluate(MEASURE, [selector, CHANGES, MOST])
            chosen = [times[int(len(times) * part)] for part in (0, 0.5, 0.95)]
            print(f"{name:32}", *(f"{ms:7.1f}" for ms in chosen))
            tab.close()
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "site")
