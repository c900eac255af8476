/* Marks on a page the words that a search has found there. */
(() => {
  const words = new URL(location.href).searchParams.get("h");
  const any = words.trim().replace(/[.*+?^${}()|[\]\\]/g, "\\$&").split(/\s+/).join("|");
  const pattern = new RegExp(`(?<![\\p{L}\\p{N}])(?:${any})(?![\\p{L}\\p{N}])`, "giu");
  const walker = document.createTreeWalker(document.querySelector("article"), NodeFilter.SHOW_TEXT);
  const nodes = [];
  while (walker.nextNode()) nodes.push(walker.currentNode);
  for (const node of nodes) {
    if (node.parentElement.closest("svg, math, button, script")) continue;
    for (const { index, 0: { length } } of [...node.data.matchAll(pattern)].reverse()) {
      const range = document.createRange();
      range.setStart(node, index);
      range.setEnd(node, index + length);
      range.surroundContents(document.createElement("mark"));
    }
  }
})();
