/* Keys of a slide show. Without it the slides stand one below the other. */
(() => {
  const root = document.documentElement;
  const slides = [...document.querySelectorAll(".slide")];
  const speaker = location.search === "?speaker";
  let other = window.opener, now = 0;
  const shrink = () => { // with all slides laid out, which is how they print
    root.classList.remove("js");
    for (const body of document.querySelectorAll(".slide .body"))
      for (let zoom = 1; zoom > 0.4; zoom -= 0.05) {
        body.style.zoom = zoom;
        if (body.scrollHeight <= body.clientHeight + 1 && body.scrollWidth <= body.clientWidth + 1)
          break;
      }
    root.classList.add("js");
  };
  const fit = () => {
    const room = root.classList.contains("speaker") ? 0.6 : 1;
    root.style.setProperty("--scale", Math.min(innerWidth / 1280, innerHeight * room / 720));
  };
  const show = (number, tell = true) => {
    now = Math.max(0, Math.min(slides.length - 1, number));
    slides.forEach((slide, place) => slide.classList.toggle("now", place === now));
    history.replaceState(null, "", `#${now + 1}`);
    scrollTo(0, 0);
    if (tell) other?.postMessage(now, "*");
  };
  const notes = () => {
    root.classList.toggle("speaker");
    fit();
  };
  const left = document.dir === "rtl" ? 1 : -1;
  const steps = {
    ArrowLeft: left, ArrowRight: -left, ArrowUp: -1, ArrowDown: 1, PageUp: -1, PageDown: 1,
    " ": 1, Enter: 1, Backspace: -1, Home: -Infinity, End: Infinity,
  };
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const key = event.key.length === 1 ? event.code : event.key;
    if (event.key in steps) show(now + (event.shiftKey && event.key === " " ? -1 : steps[event.key]));
    else if (key === "KeyN") notes();
    else if (key === "KeyF") root.requestFullscreen?.();
    else if (key === "KeyS" && !speaker)
      other = open(`${location.href.replace(/[?#].*/, "")}?speaker#${now + 1}`, "speaker", "width=1000,height=800");
    else return;
    event.preventDefault();
  });
  addEventListener("click", (event) => {
    if (!event.target.closest("a, .notes") && !String(getSelection())) show(now + 1);
  });
  addEventListener("message", ({ data, source }) => {
    if (source === other && Number.isInteger(data)) show(data, false);
  });
  addEventListener("resize", fit);
  shrink();
  document.fonts.ready.then(shrink); // their letters are not as wide as the stand-ins'
  if (speaker) notes();
  fit();
  show(parseInt(location.hash.slice(1), 10) - 1 || 0);
})();
