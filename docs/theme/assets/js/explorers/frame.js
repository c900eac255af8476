/*
 * What all explorers share: controls, the state in the address, one sentence for what is
 * refused, a live region. An explorer brings NAME.js (arithmetic, and `read`, which turns
 * texts into a state or refuses them) and NAME-view.js (what is drawn of a state).
 */
(() => {
  const { base, copy, digits, load, make } = hamgashtReader;
  const explorers = (globalThis.hamgashtExplorers ??= {});
  const rtl = document.documentElement.dir === "rtl";
  const SVG = "http://www.w3.org/2000/svg";
  const [QUIET, LATER] = [300, 250]; // milliseconds: for the live region, for the address
  const fromHere = (file) => load(`../explorers/${file}`);

  // ---- Numbers -------------------------------------------------------------------

  /* A number's Latin text as the language writes it. */
  const show = (text) => {
    const signed = String(text).replace(/-/g, "−");
    return rtl ? digits(signed.replace(/\./g, "٫")) : signed;
  };
  // Within Persian words a sign would change sides.
  const isolate = (text) => (rtl && /[−×]/.test(text) ? `\u2066${text}\u2069` : text);
  const raised = (exponent) => String(exponent)
    .replace(/[-\d]/g, (sign) => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(sign)]);

  const format = (value, places = 4) => {
    if (!Number.isFinite(value))
      return Number.isNaN(value) ? "NaN" : isolate(value < 0 ? "−∞" : "∞");
    const size = Math.abs(value);
    if (size >= 1e6 || (size && size < 0.5 * 10 ** -places)) {
      const [mantissa, exponent] = value.toExponential(1).split("e");
      return isolate(`${show(Number(mantissa))}×${show(10)}${raised(Number(exponent))}`);
    }
    return isolate(show(Number(value.toFixed(places)) || 0));
  };

  /* What a reader types, with any digits and signs, as a Latin text. */
  const parse = (text) => text
    .replace(/[۰-۹]/g, (digit) => "۰۱۲۳۴۵۶۷۸۹".indexOf(digit))
    .replace(/[٠-٩]/g, (digit) => "٠١٢٣٤٥٦٧٨٩".indexOf(digit))
    .replace(/٫/g, ".").replace(/[−–]/g, "-").replace(/،/g, ",")
    .replace(/[\u200e\u200f\u2066-\u2069]/g, "").trim();

  // ---- The address ------------------------------------------------------------------

  const encode = (text) => encodeURIComponent(text)
    .replace(/%20/g, "+").replace(/%2C/g, ",").replace(/%3B/g, ";");
  const address = (name, texts) => {
    const page = new URL(location.href);
    page.search = Object.entries({ explorer: name, ...texts })
      .map(([key, text]) => `${key}=${encode(text)}`).join("&");
    return page;
  };
  const goTo = (page) => {
    try {
      history.replaceState(history.state, "", page);
    } catch {
      // A browser that changes no address of a file; the link can still be copied.
    }
  };

  // ---- One explorer -------------------------------------------------------------------

  const open = (block, asked) => {
    const { explorer: name, state: given } = block.dataset;
    const model = explorers[name];
    const start = { ...model.defaults, ...Object.fromEntries(new URLSearchParams(given)) };
    const wanted = Object.fromEntries([...(asked ?? [])].filter(([key]) => key in start));

    const words = (key, ...values) => {
      const text = explorers.words[`${name}.${key}`] ?? explorers.words[key];
      return text?.replace(/[#@]/g, (mark) => show(values["#@".indexOf(mark)] ?? mark));
    };

    // -- What is seen: controls, the explorer's own box, sentences, buttons --

    const controls = make("div", { className: "hg-explorer__controls" });
    const box = make("div", { className: "hg-explorer__box" });
    const refused = make("p", { className: "hg-problem" });
    const heard = make("p", { className: "hg-off-screen" });
    refused.role = "alert";
    heard.role = "status";
    const button = (textContent, onclick) =>
      make("button", { type: "button", className: "hg-button", textContent, onclick });
    const live = make("div", { className: "hg-explorer__live", tabIndex: -1 },
      controls, refused, box, heard);
    live.role = "group";
    live.ariaLabel = words("title");

    let speaking, writing, draw;
    const refreshers = [];
    const problem = (text = "") => { refused.textContent = text; };
    const say = (text) => {
      clearTimeout(speaking);
      speaking = setTimeout(() => { heard.textContent = text; }, QUIET);
    };
    const sentence = (error) => {
      const [key, ...values] = error.message.split(" ");
      return words(key, ...values) ?? words("broken");
    };

    // -- The state: what is refused leaves the last good one --

    const accept = (texts) => {
      const state = model.read(texts);
      Object.assign(frame, { texts, state });
      problem();
    };
    const redraw = () => {
      for (const refresh of refreshers) refresh();
      draw(frame.state, frame.texts);
    };
    const remember = () => {
      clearTimeout(writing);
      writing = setTimeout(() => goTo(address(name, frame.texts)), LATER);
    };
    const set = (change) => {
      try {
        const texts = { ...frame.texts, ...change };
        accept(model.adapt?.(texts, frame.texts) ?? texts);
      } catch (error) {
        problem(sentence(error));
        return false;
      }
      redraw();
      remember();
      return true;
    };

    // -- Controls --

    let made = 0;
    const control = (label, input, ...more) => {
      input.id = `explorer-${name}-${++made}`;
      const text = make("label", { htmlFor: input.id, textContent: label });
      return make("div", { className: "hg-control" }, text, input, ...more);
    };
    // What a reader is typing stays as typed.
    const put = (input, text) => {
      if (input.ariaInvalid !== "true" && parse(input.value) === text) return;
      if (input === document.activeElement && typing) return;
      input.value = show(text);
      input.ariaInvalid = null;
    };
    let typing = false;
    const field = (label, onchange) => {
      const input = make("input", { type: "text", inputMode: "text", dir: "ltr",
        autocomplete: "off", spellcheck: false });
      if (label) input.ariaLabel = label;
      // A sign alone is the beginning of a number: it is judged when the reader is done.
      const take = ({ type }) => {
        const text = parse(input.value);
        if (type === "input" && /^[-.,]*$/.test(text)) return;
        typing = true;
        input.ariaInvalid = onchange(text) === false ? "true" : null;
        typing = false;
      };
      for (const type of ["input", "change"]) input.addEventListener(type, take);
      return input;
    };
    const number = (key, { label = words(key) } = {}) => {
      const input = field("", (text) => set({ [key]: text }));
      refreshers.push(() => put(input, frame.texts[key]));
      return control(label, input);
    };
    const select = (key, values, { label = words(key) } = {}) => {
      const input = make("select", {}, ...values.map((value) => make("option",
        { value, textContent: words(`${key}.${value}`) ?? show(value) })));
      input.addEventListener("change", () => set({ [key]: input.value }));
      refreshers.push(() => { input.value = frame.texts[key]; });
      return control(label, input);
    };
    const check = (key, { label = words(key) } = {}) => {
      const input = make("input", { type: "checkbox" });
      input.addEventListener("change", () => set({ [key]: input.checked ? "1" : "0" }));
      refreshers.push(() => { input.checked = frame.texts[key] === "1"; });
      return control(label, input);
    };
    const slider = (key, { label = words(key), min, max, step = 0, log = false }) => {
      const STEPS = 200;
      const [inward, outward] = log ? [Math.log, Math.exp] : [Number, Number];
      const [low, high] = [inward(min), inward(max)];
      const input = make("input", { type: "range", min: 0, max: 1,
        step: step ? step / (high - low) : 1 / STEPS });
      const told = make("output", { dir: "ltr" });
      input.addEventListener("input", () => {
        const value = outward(low + input.value * (high - low));
        const exact = step ? Math.round(value / step) * step : value;
        set({ [key]: String(Number(exact.toPrecision(3))) });
      });
      refreshers.push(() => {
        const value = Number(frame.texts[key]);
        input.value = (inward(value) - low) / (high - low);
        told.textContent = input.ariaValueText = format(value, 6);
      });
      const whole = control(label, input, told);
      told.htmlFor = input.id;
      return whole;
    };
    const svg = (tag, attributes = {}, ...children) => {
      const element = document.createElementNS(SVG, tag);
      for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
      element.append(...children);
      return element;
    };

    const frame = {
      name, words, controls, box, set, number, select, check, slider, button, field, put,
      format, show, parse, digits, say, make, svg, problem, rtl, load: fromHere,
      still: matchMedia("(prefers-reduced-motion: reduce)").matches,
    };

    // -- Start, and an end --

    try {
      accept({ ...start, ...wanted });
    } catch (error) {
      accept(start);
      problem(sentence(error));
    }
    draw = model.view(frame);
    const close = () => {
      clearTimeout(writing);
      goTo(Object.assign(new URL(location.href), { search: "" }));
      live.remove();
      block.classList.remove("hg-explorer--on");
      block.querySelector(".hg-start").focus();
    };
    const link = () => hamgashtReader.copy(
      Object.assign(address(name, frame.texts), { hash: block.id }).href);
    live.append(make("div", { className: "hg-explorer__end" },
      button(words("reset"), () => {
        document.activeElement.blur();
        set(start);
      }), button(words("link"), link), button(words("close"), close)));
    redraw();
    block.append(live);
    block.classList.add("hg-explorer--on");
    return { live, remember };
  };

  let dressed;
  const dress = () => {
    dressed ??= new Promise((onload, onerror) => document.head.append(make("link", {
      rel: "stylesheet", href: new URL("assets/css/explorers.css", base), onload, onerror })));
    return dressed.catch((error) => {
      dressed = undefined; // whoever asks again tries again
      throw error;
    });
  };

  /*
   * Starts an explorer in its block: by the reader's button, or with the state that the
   * page's address asks for; then the page is shown at it.
   */
  hamgashtReader.explore = async (block, asked) => {
    const { explorer: name } = block.dataset;
    await Promise.all([dress(), fromHere("words.js"), fromHere(`${name}.js`)]);
    await fromHere(`${name}-view.js`);
    const { live, remember } = open(block, asked);
    if (asked) return block.scrollIntoView();
    live.focus({ preventScroll: true });
    remember();
  };
})();
