/* French punctuation stays on the line of its word, and a number with what it counts: browsers let both go. In English
   there is no space before punctuation. */
const HOLD = "\u00a0";

function hold(root) {
  const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode;
    if (text.parentElement.closest("textarea, script, style, code")) continue;
    const held = text.data.replace(/ (?=[:;?!»·]|- )/g, HOLD).replace(/« /g, `«${HOLD}`).replace(/(\d|\der) (?=\S)/g, `$1${HOLD}`);
    if (held !== text.data) text.data = held;
  }
}

hold(document.body);
document.body.addEventListener("htmx:load", ({ detail }) => hold(detail.elt));
