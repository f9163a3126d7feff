"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const SVG = "http://www.w3.org/2000/svg";
  const root = document.documentElement;

  // ---------------------------------------------------------------- building blocks
  // Everything a history holds reaches the page as text through these two: never as markup.
  function el(tag, attributes, ...children) {
    return fill(document.createElement(tag), attributes, children);
  }
  function svg(tag, attributes, ...children) {
    return fill(document.createElementNS(SVG, tag), attributes, children);
  }
  function fill(node, attributes, children) {
    for (const [name, value] of Object.entries(attributes || {})) {
      if (value !== null && value !== undefined && value !== false) node.setAttribute(name, value === true ? "" : value);
    }
    for (const child of children.flat()) {
      if (child !== null && child !== undefined) node.append(child);
    }
    return node;
  }
  const byId = (id) => document.getElementById(id);
  function reveal(id) {
    const section = byId(id);
    section.hidden = false;
    return section.querySelector(".body");
  }
  const color = (name) => getComputedStyle(root).getPropertyValue("--" + name).trim();
  const pen = document.createElement("canvas").getContext("2d");
  function widthOf(text, size, weight = 400) {
    pen.font = weight + " " + size + "px " + getComputedStyle(document.body).fontFamily;
    return pen.measureText(text).width;
  }
  /** As much of a text as fits. */
  function fit(text, width, size, weight) {
    if (widthOf(text, size, weight) <= width) return text;
    let low = 1, high = text.length;
    while (low < high) { const mid = (low + high + 1) >> 1; if (widthOf(text.slice(0, mid) + "…", size, weight) <= width) low = mid; else high = mid - 1; }
    return text.slice(0, low) + "…";
  }
  const count = (n) => n.toLocaleString("en-US");
  const plural = (n, one, many) => count(n) + " " + (n === 1 ? one : many || one + "s");
  const clip = (text, length) => (text.length <= length ? text : text.slice(0, Math.max(1, length - 1)) + "…");

  // ---------------------------------------------------------------- time
  const end = Math.max(1, data.endNanos);
  const unit = !data.timed ? ["", 1] : end >= 1e9 ? ["s", 1e9] : end >= 1e6 ? ["ms", 1e6] : end >= 1e3 ? ["µs", 1e3] : ["ns", 1];
  function at(nanos, digits = unit[1] === 1 ? 0 : 3) {
    return data.timed ? (nanos / unit[1]).toFixed(digits) + " " + unit[0] : "event " + nanos.toFixed(0);
  }
  function span(nanos) {
    if (!data.timed) return plural(Math.round(nanos), "event");
    if (nanos >= 600e9) return Math.floor(nanos / 60e9) + " min " + Math.round(nanos % 60e9 / 1e9) + " s";
    const [name, size] = nanos >= 1e9 ? ["s", 1e9] : nanos >= 1e6 ? ["ms", 1e6] : nanos >= 1e3 ? ["µs", 1e3] : ["ns", 1];
    const value = nanos / size;
    return (value >= 100 || size === 1 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2)) + " " + name;
  }
  function ticks(from, to, most) {
    const rough = (to - from) / Math.max(2, most);
    const power = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 5, 10].map((m) => m * power).find((s) => s >= rough);
    const digits = Math.max(0, -Math.floor(Math.log10(step / unit[1]) + 1e-9));
    const found = [];
    for (let i = Math.ceil(from / step); i * step <= to; i++) found.push([i * step, (i * step / unit[1]).toFixed(digits)]);
    return found;
  }

  // ---------------------------------------------------------------- operations (columns, times as differences)
  const OK = 0, FAILED = 1, UNKNOWN = 2;
  const OUTCOMES = ["ok", "failed", "unknown"];
  const OUTCOME_WORDS = ["ok", "failed: certainly had no effect", "unknown: may have happened, or may yet"];
  const operations = (() => {
    const c = data.operations;
    const list = [];
    let invoked = 0;
    for (let i = 0; i < c.index.length; i++) {
      invoked += c.invoked[i];
      list.push({
        index: c.index[i], lane: c.lane[i], process: data.strings[c.process[i]], what: data.strings[c.what[i]], key: c.key[i],
        node: data.strings[c.node[i]], outcome: c.outcome[i], invoked, error: data.strings[c.error[i]], place: c.place[i], state: data.strings[c.state[i]],
        // Below zero: nobody knows when it ended; it is drawn until its client went on.
        ended: c.took[i] < 0 ? null : invoked + c.took[i], until: invoked + (c.took[i] < 0 ? -1 - c.took[i] : c.took[i]),
      });
    }
    return list;
  })();
  const byIndex = new Map(operations.map((o) => [o.index, o]));
  const lanes = data.lanes.map(() => []);
  for (const operation of operations) lanes[operation.lane].push(operation);

  const evidence = [];
  for (const finding of data.findings) {
    for (const one of finding.evidence) {
      one.finding = finding;
      one.core = one.operations.map((index) => byIndex.get(index)).filter(Boolean);
      const times = one.core.flatMap((o) => (o.ended === null ? [o.invoked] : [o.invoked, o.ended])).concat(one.times || []);
      one.from = times.length ? Math.min(...times) : null;
      one.to = times.length ? Math.max(...times) : null;
      evidence.push(one);
    }
  }
  const core = new Set(evidence.flatMap((e) => e.core));

  // ---------------------------------------------------------------- tooltip
  const tip = byId("tip");
  function showTip(event, lines) {
    tip.replaceChildren(el("b", {}, lines[0]), ...lines.slice(1).filter(Boolean).map((line) => el("div", {}, line)));
    tip.hidden = false;
    const box = tip.getBoundingClientRect();
    tip.style.left = Math.max(4, Math.min(innerWidth - box.width - 8, event.clientX + 14)) + "px";
    tip.style.top = (event.clientY + 18 + box.height > innerHeight ? event.clientY - box.height - 12 : event.clientY + 18) + "px";
  }
  function hideTip() { tip.hidden = true; }
  function withTip(node, lines) {
    node.addEventListener("pointermove", (event) => { event.stopPropagation(); showTip(event, lines); });
    node.addEventListener("pointerleave", hideTip);
    return node;
  }
  function describe(o) {
    return [
      o.what,
      "process " + o.process + (o.node ? ", through " + o.node : ""),
      "called " + at(o.invoked) + (o.ended === null ? ", never answered" : ", answered " + at(o.ended) + " (" + span(o.ended - o.invoked) + ")"),
      OUTCOME_WORDS[o.outcome] + (o.error ? ": " + o.error : ""),
      o.place ? "in the order of its key it is number " + count(o.place) + "; the state after it: " + o.state : null,
      "operation " + o.index + " of the history",
    ];
  }

  // ---------------------------------------------------------------- patterns: what colour says, a pattern says too
  let patternCount = 0;
  function hatch(target, ink, angle = 45, gap = 6) {
    const id = "hatch" + patternCount++;
    target.append(svg("defs", {}, svg("pattern", { id, width: gap, height: gap, patternUnits: "userSpaceOnUse", patternTransform: "rotate(" + angle + ")" },
      svg("line", { x1: 0, y1: 0, x2: 0, y2: gap, stroke: ink, "stroke-width": 2 }))));
    return "url(#" + id + ")";
  }
  function fade(target, ink) {
    const id = "fade" + patternCount++;
    target.append(svg("defs", {}, svg("linearGradient", { id },
      svg("stop", { offset: 0, "stop-color": ink, "stop-opacity": 0.95 }), svg("stop", { offset: 1, "stop-color": ink, "stop-opacity": 0.05 }))));
    return "url(#" + id + ")";
  }
  function sample(draw) {
    const picture = svg("svg", { width: 26, height: 12, "aria-hidden": "true" });
    draw(picture);
    return picture;
  }
  const sampleBar = (kind) => sample((s) => outcomeBar(s, kind, 1, 2, 24, 8));
  function outcomeBar(target, outcome, x, y, width, height) {
    const ink = color(OUTCOMES[outcome]);
    const paint = outcome === OK ? ink : outcome === FAILED ? hatch(target, ink) : fade(target, ink);
    const bar = svg("rect", { x, y, width, height, rx: Math.min(3, height / 3), fill: paint, stroke: outcome === UNKNOWN ? "none" : ink });
    target.append(bar);
    if (outcome === UNKNOWN) target.append(svg("line", { x1: x, x2: x, y1: y, y2: y + height, stroke: ink, "stroke-width": 2 }));
    return bar;
  }
  function kindOf(fault) {
    const kind = fault.split(/[ :]/)[0];
    return ["partition", "kill", "pause"].includes(kind) ? kind : "other";
  }

  // ---------------------------------------------------------------- header
  (() => {
    byId("sentence").classList.toggle("long", byId("sentence").textContent.length > 160);
    const t = data.totals;
    const tiles = [
      ["Operations", count(t.operations), null],
      ["ok", count(t.ok), share(t.ok)], ["failed", count(t.failed), share(t.failed)], ["unknown", count(t.unknown), share(t.unknown)],
      ["Length", span(data.endNanos), null],
    ];
    if (data.strikes.length) {
      tiles.push(["Faults that took effect", data.strikes.filter((s) => s.effective === true).length + " of " + data.strikes.length, null]);
    }
    if (t.p50Nanos !== null) tiles.push(["Latency p50 · p99 (ok)", span(t.p50Nanos) + " · " + span(t.p99Nanos), null]);
    function share(n) { return t.operations && n ? (100 * n / t.operations).toFixed(n === t.operations ? 0 : 1) + " %" : null; }
    byId("tiles").append(...tiles.map(([name, value, more]) => el("div", {}, el("dt", {}, name), el("dd", {}, value, more && el("small", {}, " " + more)))));
    const button = byId("theme");
    button.hidden = false;
    button.addEventListener("click", () => {
      const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
      root.dataset.theme = dark ? "light" : "dark";
      drawAll();
    });
    for (const note of data.notes) byId("tiles").after(el("p", { class: "notice" }, note));
  })();

  // ---------------------------------------------------------------- the evidence
  const pictures = [];
  function badge(state) {
    const words = { valid: "✓ valid", violated: "✕ violated", undecided: "? undecided" };
    return el("span", { class: "badge " + state }, words[state] || state);
  }
  function pairs(entries) {
    return el("dl", { class: "pairs" }, entries.flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, value)]));
  }
  function table(caption, head, rows, classes = []) {
    return el("div", { class: rows.length > 16 ? "scroll tall" : "scroll", tabindex: rows.length > 16 ? 0 : null }, el("table", {}, caption && el("caption", {}, caption),
      el("thead", {}, el("tr", {}, head.map((h, i) => el("th", { scope: "col", class: classes[i] }, h)))),
      el("tbody", {}, rows.map((row) => el("tr", {}, row.map((cell, i) => el("td", { class: classes[i] }, cell)))))));
  }

  function showEvidence() {
    const cases = data.findings.filter((f) => f.state === "violated").concat(data.findings.filter((f) => f.state === "undecided" && f.evidence.length));
    if (!cases.length) return;
    const body = reveal("evidence");
    if (!cases.some((f) => f.state === "violated")) byId("evidence").querySelector("h2").textContent = "How far the judge got";
    let number = 0;
    for (const finding of cases) {
      if (!finding.evidence.length) {
        body.append(el("div", { class: "case" }, el("h3", {}, badge(finding.state), finding.check), el("p", { class: "sentence" }, finding.sentence)));
      }
      if (finding.evidenceLeftOut) body.append(el("p", { class: "hint" }, "and " + plural(finding.evidenceLeftOut, "more piece") + " of evidence in verdict.json"));
      for (const one of finding.evidence) {
        one.number = ++number;
        const heading = el("h3", {}, badge(finding.state), el("span", {}, finding.check + (evidence.length > 1 ? " · evidence " + number : "")));
        // The banner has just said it.
        const said = number === 1 && byId("sentence").textContent.startsWith(one.sentence);
        const sentence = said ? null : el("p", { class: "sentence" }, one.sentence);
        // One piece of evidence is enough to believe it: the others of the same check are folded.
        const first = one === finding.evidence[0];
        const block = first ? el("div", { class: "case" }, heading, sentence) : el("details", { class: "case" }, el("summary", {}, heading, sentence));
        if (!first) block.addEventListener("toggle", () => { for (const draw of pictures) draw(); });
        body.append(block);
        if (one.core.length) block.append(picture(one), operationsInvolved(one));
        if (one.operationsLeftOut) block.append(el("p", { class: "hint" }, "and " + plural(one.operationsLeftOut, "operation") + " more, all in verdict.json"));
        if (one.facts.length) block.append(nodeFacts(one));
        if (one.factsLeftOut) block.append(el("p", { class: "hint" }, "and " + plural(one.factsLeftOut, "record") + " more, all in verdict.json"));
        if (one.fates.length) block.append(el("h4", {}, "What the nodes recorded of operations without an answer"), el("ul", { class: "reasons" }, one.fates.map((f) => el("li", {}, f))));
        if (one.prefix >= 0) {
          block.append(el("h4", {}, one.reasons.length ? "Why nothing can come next" : "How far an order goes"),
            el("p", { class: "hint" }, "The longest order of operations on this key that works has " + plural(one.prefix, "operation") + "." + (one.reasons.length ? " None of the operations that are open then can follow:" : "")),
            el("ol", { class: "reasons" }, one.reasons.map((r) => el("li", {}, r))));
        }
      }
    }
  }

  function operationsInvolved(one) {
    const nodes = one.core.some((o) => o.node), ordered = one.core.some((o) => o.place);
    return table("The operations involved, in the order they were called. The numbers are those in the picture.",
      ["No.", "Operation", "Process", ...(nodes ? ["Through"] : []), "Called", "Answered", "Outcome", ...(ordered ? ["State after it"] : []), "In the history"],
      one.core.slice().sort((a, b) => a.invoked - b.invoked).map((o, i) => [
        String(i + 1), el("b", {}, o.what), o.process, ...(nodes ? [o.node || "–"] : []), at(o.invoked, digitsFor(one)),
        o.ended === null ? "never" : at(o.ended, digitsFor(one)) + " (" + span(o.ended - o.invoked) + ")",
        OUTCOMES[o.outcome] + (o.error ? ": " + o.error : ""), ...(ordered ? [o.place ? o.state : "is in no order"] : []), "#" + o.index]),
      ["", "", "", ...(nodes ? [""] : []), "time", "time", "", ...(ordered ? [""] : []), "number"]);
  }

  function digitsFor(one) {
    if (unit[1] === 1) return 0;
    const times = [...new Set(one.core.flatMap((o) => (o.ended === null ? [o.invoked] : [o.invoked, o.ended])))].sort((a, b) => a - b);
    let least = Infinity;
    for (let i = 1; i < times.length; i++) least = Math.min(least, times[i] - times[i - 1]);
    return Math.max(3, Math.min(9, Math.ceil(Math.log10(unit[1] / least)) || 3));
  }

  function nodeFacts(one) {
    const box = el("div", {}, el("h4", {}, "What the nodes recorded"));
    const indexes = [...new Set(one.facts.map((f) => f.index))].filter((i) => i > 0);
    const columns = [...new Set(one.facts.map(life))];
    const comparable = columns.length > 1 && indexes.some((i) => new Set(one.facts.filter((f) => f.index === i).map(life)).size > 1);
    function life(f) { return f.node + (f.incarnation > 1 ? ", life " + f.incarnation : ""); }
    function said(f) { return (f.term > 0 ? "term " + f.term + ": " : "") + f.what; }
    if (!comparable) {
      box.append(table(null, ["Node", "Life", "Log index", "Term", "What"],
        one.facts.map((f) => [f.node, String(f.incarnation), f.index > 0 ? count(f.index) : "–", f.term > 0 ? String(f.term) : "–", f.what])));
      return box;
    }
    const rows = indexes.sort((a, b) => a - b).map((index) => {
      const cells = columns.map((column) => one.facts.filter((f) => f.index === index && life(f) === column));
      const texts = cells.map((facts) => facts.map(said).join("; "));
      const votes = new Map();
      for (const text of texts) if (text) votes.set(text, (votes.get(text) || 0) + 1);
      const usual = [...votes].sort((a, b) => b[1] - a[1])[0][0];
      const tie = [...votes.values()].filter((v) => v === votes.get(usual)).length > 1;
      return el("tr", {}, el("th", { scope: "row" }, "index " + count(index)), texts.map((text) => {
        const differs = text && votes.size > 1 && (tie || text !== usual);
        return el("td", { class: differs ? "differs" : null }, text ? el("code", {}, text) : el("span", { class: "muted" }, "nothing shown"),
          differs ? el("span", { class: "flag" }, "≠ differs") : null);
      }));
    });
    const rest = one.facts.filter((f) => !(f.index > 0));
    box.append(el("div", { class: "scroll" }, el("table", { class: "compare" },
      el("caption", {}, "What each node applied at the same place of the log; these must be equal."),
      el("thead", {}, el("tr", {}, el("td", {}), columns.map((c) => el("th", { scope: "col" }, c)))), el("tbody", {}, rows))));
    if (rest.length) box.append(table(null, ["Node", "Life", "Term", "What"], rest.map((f) => [f.node, String(f.incarnation), f.term > 0 ? String(f.term) : "–", f.what])));
    return box;
  }

  function picture(one) {
    const ordered = one.core.slice().sort((a, b) => a.invoked - b.invoked);
    const keys = new Set(ordered.map((o) => o.key));
    const around = operations.filter((o) => !one.core.includes(o) && keys.has(o.key) && o.invoked <= one.to && (o.ended === null ? o.invoked >= one.from - (one.to - one.from) : o.ended >= one.from));
    const figure = el("figure", {});
    const stage = el("div", { class: "scroll" });
    const caption = el("figcaption", {},
      el("span", {}, sample((s) => s.append(svg("rect", { x: 2, y: 2, width: 22, height: 8, rx: 3, fill: color("ok"), stroke: color("violated"), "stroke-width": 2.5 }))), one.finding.state === "violated" ? "red frame and number: proves the violation" : "red frame and number: where it stopped"),
      el("span", {}, sampleBar(OK), "answered ok"),
      one.core.concat(around).some((o) => o.outcome === FAILED) ? el("span", {}, sampleBar(FAILED), "failed, no effect") : null,
      one.core.concat(around).some((o) => o.outcome === UNKNOWN) ? el("span", {}, sampleBar(UNKNOWN), "no answer: may take effect at any later time") : null,
      el("span", {}, "A bar runs from call to answer. Gaps in time are drawn shorter than they are; the figures above them tell."));
    let withOthers = around.length > 0 && around.length <= 16;
    if (around.length) {
      const box = el("input", { type: "checkbox" });
      box.checked = withOthers;
      box.addEventListener("change", () => { withOthers = box.checked; draw(); });
      caption.append(el("label", {}, box, " other operations on the same key meanwhile (" + count(around.length) + ")"));
    }
    if (data.operations.index.length) {
      const show = el("button", { type: "button" }, "Show in the run");
      show.addEventListener("click", () => {
        const pad = Math.max((one.to - one.from) * 0.3, end * 0.001);
        setView(one.from - pad, one.to + pad);
        byId("operations").scrollIntoView({ block: "center" });
      });
      caption.append(show);
    }
    figure.append(stage, caption);
    pictures.push(draw);
    function draw() {
      stage.replaceChildren(lanePicture(one, ordered, withOthers ? around.slice(0, 400) : [], Math.max(640, stage.clientWidth || 1000)));
    }
    return figure;
  }

  /** The evidence as lanes: one per process, time to the right, not to scale but in order. */
  function lanePicture(one, ordered, around, width) {
    const gutter = 132, left = gutter + 16, right = width - 24;
    const digits = digitsFor(one);
    const times = [...new Set(ordered.flatMap((o) => (o.ended === null ? [o.invoked] : [o.invoked, o.ended])))].sort((a, b) => a - b);
    const open = ordered.some((o) => o.ended === null);
    const gaps = times.slice(1).map((t, i) => t - times[i]);
    const smallest = Math.min(...gaps.filter((g) => g > 0), Infinity);
    const weights = gaps.map((g) => 1 + 0.9 * Math.log10(1 + g / smallest));
    const usable = right - left - (open ? 90 : 60);
    const total = weights.reduce((a, b) => a + b, 0) || 1;
    const xs = [left];
    for (const w of weights) xs.push(xs[xs.length - 1] + usable * w / total);
    function x(t) {
      if (t <= times[0]) return left - (t < times[0] ? 12 : 0);
      for (let i = 1; i < times.length; i++) {
        if (t <= times[i]) return xs[i - 1] + (xs[i] - xs[i - 1]) * (t - times[i - 1]) / (times[i] - times[i - 1]);
      }
      return t > times[times.length - 1] ? right : xs[xs.length - 1];
    }

    const picture = svg("svg", { width, role: "img", "aria-label": "Lanes of the operations involved. " + one.sentence });
    const top = 46;
    // Lanes: rows within a process only where labels would collide.
    const rows = new Map();
    ordered.forEach((o, i) => {
      const start = x(o.invoked), stop = o.ended === null ? right : x(o.ended);
      const label = fit(o.what, right - left - 24, 13, 600), length = 26 + widthOf(label, 13, 600);
      const labelX = Math.max(left - 2, Math.min(start, right + 14 - length));
      if (!rows.has(o.process)) rows.set(o.process, []);
      const lane = rows.get(o.process);
      let row = lane.find((r) => r.free < Math.min(start, labelX) - 6);
      if (!row) lane.push(row = { free: -1, bars: [] });
      row.free = Math.max(stop, labelX + length);
      row.bars.push({ o, number: i + 1, start, stop, label, labelX });
    });
    const thin = new Map();
    for (const o of around) {
      if (!thin.has(o.process)) thin.set(o.process, []);
      thin.get(o.process).push(o);
    }
    let y = top;
    const body = svg("g", {});
    function laneHead(process, node, height, main) {
      body.append(svg("line", { x1: 0, x2: width, y1: y, y2: y, stroke: color("grid") }));
      body.append(svg("text", { x: 14, y: y + height / 2 + (main && node ? -2 : 4), "font-size": main ? 13.5 : 11.5, "font-weight": main ? 650 : 400, fill: main ? color("ink") : color("muted") }, fit("process " + process, gutter - 22, 13.5, 650)));
      if (main && node) body.append(svg("text", { class: "small", x: 14, y: y + height / 2 + 13 }, fit("through " + node, gutter - 22, 11.5)));
    }
    function thinBars(process, center) {
      for (const o of thin.get(process) || []) {
        const start = x(o.invoked), stop = o.ended === null ? right : x(o.ended);
        const group = svg("g", { opacity: 0.65 });
        outcomeBar(group, o.outcome, start, center - 3, Math.max(5, stop - start), 6);
        if (stop - start > widthOf(o.what, 11.5) + 8) group.append(svg("text", { class: "small", x: start + 4, y: center - 6 }, o.what));
        body.append(withTip(group, describe(o)));
      }
    }
    for (const [process, lane] of rows) {
      const extra = thin.has(process) ? 18 : 0;
      const height = lane.length * 42 + 6 + extra;
      laneHead(process, lane[0].bars[0].o.node, height, true);
      lane.forEach((row, r) => {
        for (const bar of row.bars) {
          const barY = y + 24 + r * 42;
          const group = svg("g", {});
          const w = Math.max(6, bar.stop - bar.start);
          const rect = outcomeBar(group, bar.o.outcome, bar.start, barY, w, 14);
          rect.setAttribute("stroke", color("violated"));
          rect.setAttribute("stroke-width", 2.5);
          if (bar.o.outcome === UNKNOWN) rect.setAttribute("stroke-dasharray", "5 3");
          group.append(svg("circle", { cx: bar.labelX + 8, cy: barY - 10, r: 8, fill: color("violated") }),
            svg("text", { x: bar.labelX + 8, y: barY - 6, "text-anchor": "middle", "font-size": 11.5, "font-weight": 700, style: "fill:" + color("surface") }, String(bar.number)),
            svg("text", { x: bar.labelX + 21, y: barY - 5.5, "font-size": 13, "font-weight": 600 }, bar.label));
          body.append(withTip(group, describe(bar.o)));
        }
      });
      if (extra) thinBars(process, y + height - 9);
      y += height;
    }
    for (const [process, list] of thin) {
      if (rows.has(process)) continue;
      laneHead(process, null, 22, false);
      thinBars(process, y + 14);
      y += 22;
    }
    const strikes = data.strikes.filter((s) => !s.skipped && s.from <= one.to && s.to >= one.from);
    if (strikes.length) {
      body.append(svg("line", { x1: 0, x2: width, y1: y, y2: y, stroke: color("grid") }));
      body.append(svg("text", { x: 14, y: y + 17, "font-size": 11.5, fill: color("muted") }, "faults in force"));
      const free = [];
      for (const s of strikes) {
        const start = x(s.from), stop = Math.max(x(s.to), start + 4), ink = color(kindOf(s.fault));
        let row = free.findIndex((f) => f < start);
        if (row < 0) row = free.length;
        free[row] = stop + 2;
        const rowY = y + 4 + row * 22;
        const group = svg("g", {}, svg("rect", { x: start, y: rowY, width: stop - start, height: 18, rx: 3, fill: s.effective === true ? ink : "transparent", "fill-opacity": 0.18, stroke: ink, "stroke-dasharray": s.effective === true ? null : "4 3" }));
        if (stop - start > 60) group.append(svg("text", { x: start + 7, y: rowY + 13, "font-size": 11.5 }, fit(strikeWords(s), stop - start - 12, 11.5)));
        body.append(withTip(group, strikeTip(s)));
      }
      y += free.length * 22 + 6;
    }
    // The ruler: a guide at every call and answer, the time between them above.
    const ruler = svg("g", {});
    let lastTime = -1e9, lastGap = -1e9;
    times.forEach((t, i) => {
      ruler.append(svg("line", { x1: xs[i], x2: xs[i], y1: 34, y2: y, stroke: color("line"), "stroke-dasharray": "2 4" }));
      const text = at(t, digits), half = widthOf(text, 11.5) / 2;
      if (xs[i] - half > lastTime + 8) {
        ruler.append(svg("text", { class: "small", x: xs[i], y: 15, "text-anchor": "middle" }, text));
        lastTime = xs[i] + half;
      }
      if (i > 0) {
        const gap = span(times[i] - times[i - 1]), mid = (xs[i] + xs[i - 1]) / 2, wide = widthOf(gap, 11.5) + 6;
        if (wide < xs[i] - xs[i - 1] && mid - wide / 2 > lastGap) {
          ruler.append(svg("line", { x1: xs[i - 1] + 2, x2: xs[i] - 2, y1: 36, y2: 36, stroke: color("line") }),
            svg("text", { class: "small", x: mid, y: 31, "text-anchor": "middle" }, gap));
          lastGap = mid + wide / 2;
        }
      }
    });
    picture.append(ruler, body);
    picture.setAttribute("height", y + 6);
    picture.setAttribute("viewBox", "0 0 " + width + " " + (y + 6));
    return picture;
  }

  // ---------------------------------------------------------------- checks
  function showChecks() {
    const body = reveal("checks");
    if (!data.findings.length) {
      body.append(el("p", { class: "notice" }, "No check was run."));
      return;
    }
    body.append(table(null, ["Check", "Verdict", "In a sentence", "Decided by", "Took"],
      data.findings.map((f) => [el("b", {}, f.check), badge(f.state), [f.state === "violated" && f.evidence.length ? el("span", {}, f.sentence.length > 140 ? clip(f.sentence, 120) + " " : f.sentence + " ", el("a", { href: "#evidence" }, "the evidence above")) : f.sentence, f.figures.length ? el("div", { class: "muted" }, f.figures.join(" · ")) : null].flat().reduce(into, el("div", {})),
        [f.engine || "–", f.why ? el("div", { class: "muted" }, f.why) : null].reduce(into, el("div", {})), f.millis === null ? "–" : span(f.millis * 1e6)]),
      ["", "", "", "", "number"]));
    function into(box, part) { if (part) box.append(part); return box; }
    for (const f of data.findings.filter((g) => g.keys.length > 1)) {
      body.append(el("details", { open: f.keys.some((k) => k[1] !== "valid") }, el("summary", {}, f.check + ", key by key"),
        table(null, ["Key", "Verdict", "Operations", "Decided by", "Why by this", "Took"], f.keys.map((k) => [el("b", {}, k[0]), badge(k[1]), ...k.slice(2)]), ["", "", "number", "", "", "number"])));
    }
    const more = data.findings.filter((f) => f.more);
    if (more.length) {
      body.append(el("details", {}, el("summary", {}, "All the checks have to say"), more.map((f) => [el("h3", {}, f.check), el("pre", {}, f.more)])));
    }
  }

  // ---------------------------------------------------------------- one view of time, shared by all panels
  const view = { from: 0, to: end };
  const redraws = [];
  function setView(from, to) {
    const least = Math.min(end, Math.max(unit[1] === 1 ? 4 : 1000, end / 5e6));
    if (to - from < least) { const mid = (from + to) / 2; from = mid - least / 2; to = mid + least / 2; }
    view.from = Math.max(0, Math.min(from, end - least));
    view.to = Math.min(end, Math.max(to, least));
    drawView();
  }
  let pending = false;
  function drawView() {
    if (pending) return;
    pending = true;
    requestAnimationFrame(() => { pending = false; for (const redraw of redraws) redraw(); });
  }
  function drawAll() {
    for (const draw of pictures) draw();
    for (const redraw of redraws) redraw(true);
  }
  const gutter = () => (innerWidth < 720 ? 78 : 118);
  const RIGHT = 14;
  function scale(width) {
    const left = gutter(), usable = width - left - RIGHT;
    const to = (t) => left + (t - view.from) / (view.to - view.from) * usable;
    to.time = (px) => view.from + (px - left) / usable * (view.to - view.from);
    to.left = left;
    to.right = left + usable;
    return to;
  }
  function zoomable(stage) {
    let start = null, mark = null;
    stage.addEventListener("pointerdown", (event) => {
      if (event.button !== 0 || event.pointerType === "touch") return;
      start = event.clientX;
      stage.setPointerCapture(event.pointerId);
    });
    stage.addEventListener("pointermove", (event) => {
      if (start === null || Math.abs(event.clientX - start) < 4) return;
      hideTip();
      if (!mark) stage.append(mark = el("div", { class: "selection" }));
      const box = stage.getBoundingClientRect();
      mark.style.left = Math.min(start, event.clientX) - box.left + "px";
      mark.style.width = Math.abs(event.clientX - start) + "px";
    });
    stage.addEventListener("pointerup", (event) => {
      if (start === null) return;
      const box = stage.getBoundingClientRect(), x = scale(box.width);
      const a = x.time(Math.min(start, event.clientX) - box.left), b = x.time(Math.max(start, event.clientX) - box.left);
      const dragged = mark !== null;
      start = null;
      if (mark) { mark.remove(); mark = null; }
      if (dragged) setView(a, b);
    });
    stage.addEventListener("dblclick", () => setView(0, end));
    return stage;
  }

  function strikeWords(s) {
    return s.fault + (s.where ? " (" + s.where + ")" : "") + ": " + s.effect;
  }
  function strikeTip(s) {
    return [s.fault, s.where, s.skipped ? "skipped: " + s.skipped : "in force " + at(s.from) + " to " + at(s.to) + " (" + span(s.to - s.from) + ")",
      s.effective === true ? "took effect, as probed" : s.effective === false ? "had no effect when probed" : "its effect was not probed", ...s.evidence.slice(0, 3)];
  }
  function violations(target, x, height) {
    const marks = evidence.filter((one) => one.from !== null && one.finding.state === "violated")
      .map((one) => ({ px: x(one.to), first: one.number, last: one.number }))
      .filter((m) => m.px >= x.left && m.px <= x.right)
      .sort((m, n) => m.px - n.px);
    const labels = [];
    for (const m of marks) {
      target.append(svg("line", { x1: m.px, x2: m.px, y1: 13, y2: height, stroke: color("violated"), "stroke-width": 1.5, "stroke-dasharray": "5 3" }));
      const before = labels[labels.length - 1];
      // Labels that would cover each other become one.
      if (before && m.px - before.px < 96) { before.first = Math.min(before.first, m.first); before.last = Math.max(before.last, m.last); }
      else labels.push(m);
    }
    for (const m of labels) {
      const late = m.px > x.right - 110;
      target.append(svg("text", { x: m.px + (late ? -4 : 4), y: 12, "font-size": 11.5, "font-weight": 700, "text-anchor": late ? "end" : "start", style: "fill:" + color("violated") },
        "✕ evidence " + m.first + (m.last > m.first ? " to " + m.last : "")));
    }
  }
  function axis(target, x, y, height) {
    for (const [t, text] of ticks(view.from, view.to, (x.right - x.left) / 90)) {
      target.prepend(svg("line", { x1: x(t), x2: x(t), y1: 16, y2: y, stroke: color("grid") }));
      target.append(svg("text", { class: "small", x: x(t), y: y + 15, "text-anchor": "middle" }, text + " " + unit[0]));
    }
  }

  // ---------------------------------------------------------------- toolbar and minimap
  function showToolbar() {
    const buttons = document.querySelector("#timeline .buttons");
    const button = (text, action, label) => {
      const b = el("button", { type: "button", "aria-label": label }, text);
      b.addEventListener("click", action);
      buttons.append(b);
    };
    const zoom = (factor) => { const mid = (view.from + view.to) / 2, half = (view.to - view.from) / 2 * factor; setView(mid - half, mid + half); };
    const shift = (part) => { const by = (view.to - view.from) * part; const d = Math.max(-view.from, Math.min(end - view.to, by)); setView(view.from + d, view.to + d); };
    button("Whole run", () => setView(0, end));
    const seen = evidence.filter((e) => e.from !== null && e.finding.state === "violated");
    for (const one of seen.slice(0, 4)) {
      button(seen.length > 1 ? "Evidence " + one.number : "The evidence", () => { const pad = Math.max((one.to - one.from) * 0.3, end * 0.001); setView(one.from - pad, one.to + pad); });
    }
    button("+", () => zoom(0.5), "Zoom in");
    button("−", () => zoom(2), "Zoom out");
    button("←", () => shift(-0.4), "Earlier");
    button("→", () => shift(0.4), "Later");
    const box = document.querySelector("#timeline .minimap"), range = document.querySelector("#timeline .range");
    redraws.push(() => {
      const width = box.clientWidth || 300, height = 30;
      const picture = svg("svg", { viewBox: "0 0 " + width + " " + height, preserveAspectRatio: "none", role: "img", "aria-label": "The whole run; the framed part is shown below" });
      const b = data.steps, all = b.ok.map((n, i) => n + b.failed[i] + b.unknown[i]), most = Math.max(1, ...all), step = b.widthNanos / end * width;
      picture.append(svg("path", { d: "M0," + height + all.map((n, i) => "L" + (i * step).toFixed(1) + "," + (height - n / most * 20).toFixed(1) + "H" + ((i + 1) * step).toFixed(1)).join("") + "V" + height + "Z", fill: color("ok"), "fill-opacity": 0.3 }));
      for (const s of data.strikes) if (s.from !== null) picture.append(svg("rect", { x: s.from / end * width, width: Math.max(2, (s.to - s.from) / end * width), y: 2, height: 5, fill: color(kindOf(s.fault)) }));
      for (const one of seen) picture.append(svg("rect", { x: one.to / end * width - 1, width: 2.5, y: 0, height, fill: color("violated") }));
      picture.append(svg("rect", { x: view.from / end * width + 1, width: Math.max(3, (view.to - view.from) / end * width - 2), y: 1, height: height - 2, fill: "none", stroke: color("ink"), "stroke-width": 1.5, rx: 3 }));
      picture.addEventListener("click", (event) => {
        const half = (view.to - view.from) / 2, t = (event.clientX - picture.getBoundingClientRect().left) / width * end;
        const mid = Math.max(half, Math.min(end - half, t));
        setView(mid - half, mid + half);
      });
      box.replaceChildren(picture);
      range.textContent = at(view.from) + " to " + at(view.to) + " (" + span(view.to - view.from) + ")";
    });
  }

  function panel(id, title, legend) {
    const stage = el("div", { class: "stage" });
    byId(id).append(el("div", { class: "head" }, el("h3", {}, title), legendLine(legend)), stage);
    return zoomable(stage);
  }
  function legendLine(parts) {
    return el("div", { class: "legend" }, parts.filter(Boolean).map(([draw, text]) => el("span", {}, draw && sample(draw), text)));
  }

  // ---------------------------------------------------------------- faults, phases, nodes
  function showFaults() {
    const roleSamples = [
      [(s) => s.append(svg("rect", { x: 1, y: 1, width: 24, height: 10, rx: 2, fill: color("leader") })), "leader, with its term"],
      [(s) => s.append(svg("rect", { x: 1, y: 3, width: 24, height: 6, fill: hatch(s, color("candidate")), stroke: color("candidate") })), "candidate"],
      [(s) => s.append(svg("line", { x1: 1, x2: 25, y1: 6, y2: 6, stroke: color("follower"), "stroke-width": 2 })), "follower"],
      [(s) => s.append(svg("path", { d: "M9 2l8 8M17 2l-8 8", stroke: color("kill"), "stroke-width": 2 })), "not running"],
    ];
    const stage = panel("faults", "Faults and leaders", [
      data.strikes.length ? [(s) => s.append(svg("rect", { x: 1, y: 1, width: 24, height: 10, rx: 2, fill: color("partition"), "fill-opacity": 0.22, stroke: color("partition") })), "fault that took effect (✓)"] : null,
      data.strikes.some((s) => s.effective !== true) ? [(s) => s.append(svg("rect", { x: 1, y: 1, width: 24, height: 10, rx: 2, fill: "none", stroke: color("partition"), "stroke-dasharray": "3 2" })), "fault without proven effect"] : null,
      ...(data.nodes.length ? roleSamples : [])]);
    if (!data.nodes.length) byId("faults").append(el("p", { class: "hint" }, "No node streams in this record: what the nodes went through is not known."));
    const bare = !data.nodes.length && !data.strikes.length && !data.phases.length && !data.leaders.length;
    stage.hidden = bare;
    if (!data.strikes.length) byId("faults").append(el("p", { class: "hint" }, "No fault was struck in this run."));
    if (!bare) redraws.push(() => {
      const width = stage.clientWidth || 1000, x = scale(width);
      const picture = svg("svg", { width, role: "img", "aria-label": "Faults, leaders and nodes over time; the same facts stand in the tables below" });
      const clipId = "clip" + patternCount++;
      const body = svg("g", { "clip-path": "url(#" + clipId + ")" }), labels = svg("g", {});
      let y = 18;
      const visible = (from, to) => to >= view.from && from <= view.to;
      const name = (text, center, bold) => labels.append(svg("text", { x: x.left - 10, y: center + 4, "text-anchor": "end", "font-size": 12.5, "font-weight": bold ? 650 : 400 }, fit(text, x.left - 14, 12.5, bold ? 650 : 400)));
      if (data.phases.length) {
        name("phase", y + 9);
        data.phases.forEach((p, i) => {
          if (!visible(p.from, p.to)) return;
          const a = Math.max(x.left, x(p.from)), b = Math.min(x.right, x(p.to));
          const group = svg("g", {}, svg("rect", { x: a, y, width: Math.max(1, b - a), height: 18, fill: color("ink"), "fill-opacity": i % 2 ? 0.1 : 0.05 }),
            svg("line", { x1: a, x2: a, y1: y, y2: y + 18, stroke: color("muted") }));
          if (b - a > widthOf(p.name, 11.5) + 8) group.append(svg("text", { class: "small", x: a + 5, y: y + 13 }, p.name));
          body.append(withTip(group, ["phase " + p.name, at(p.from) + " to " + at(p.to)]));
        });
        y += 24;
      }
      const kinds = [...new Set(data.strikes.map((s) => s.fault.split(/[ :]/)[0]))];
      for (const kind of kinds) {
        const rows = [];
        for (const s of data.strikes) {
          if (s.fault.split(/[ :]/)[0] !== kind) continue;
          let row = rows.findIndex((to) => to <= s.from);
          if (row < 0) row = rows.push(0) - 1;
          rows[row] = s.to;
          if (!visible(s.from, s.to)) continue;
          const a = Math.max(x.left - 4, x(s.from)), b = Math.min(x.right + 4, x(s.to)), w = Math.max(3, b - a), top = y + row * 24, ink = color(kindOf(s.fault));
          const group = svg("g", {}, svg("rect", { x: a, y: top, width: w, height: 20, rx: 3, fill: s.effective === true ? ink : "transparent", "fill-opacity": 0.22, stroke: ink, "stroke-dasharray": s.effective === true ? null : "4 3" }));
          const sign = s.skipped ? "skipped" : s.effective === true ? "✓" : s.effective === false ? "no effect" : "?";
          const words = [s.fault + (s.where ? " (" + s.where + ") " : " ") + sign, s.fault.slice(kind.length + 1) + " " + sign, sign].map((t) => t.trim());
          const fits = words.find((t) => widthOf(t, 12) + 10 < w);
          if (fits) group.append(svg("text", { x: a + 6, y: top + 14, "font-size": 12 }, fits));
          body.append(withTip(group, strikeTip(s)));
        }
        name(kind, y + 10, true);
        y += rows.length * 24 + 4;
      }
      const leaders = data.nodes.length ? [] : data.leaders;
      if (leaders.length) {
        name("leader", y + 10, true);
        leaders.forEach((l, i) => {
          const to = i + 1 < leaders.length ? leaders[i + 1].at : end;
          if (!visible(l.at, to) || !l.leader) return;
          roleSpan(l.leader + ", term " + l.term, l.at, to, y);
        });
        y += 26;
      }
      function roleSpan(text, from, to, top) {
        const a = Math.max(x.left - 3, x(from)), b = Math.min(x.right + 3, x(to));
        const group = svg("g", {}, svg("rect", { x: a, y: top + 1, width: Math.max(2, b - a), height: 18, rx: 3, fill: color("leader") }));
        const fits = [text, text.replace("leader, ", ""), text.replace(/.*term /, "")].find((t) => widthOf(t, 12, 600) + 9 < b - a);
        if (fits) group.append(svg("text", { x: a + 6, y: top + 14, "font-size": 12, "font-weight": 600, style: "fill:" + color("surface") }, fits));
        body.append(withTip(group, [text, at(from) + " to " + at(to) + " (" + span(to - from) + ")"]));
      }
      for (const node of data.nodes) {
        name(node.name, y + 10, true);
        labels.append(svg("line", { x1: x.left, x2: x.right, y1: y + 22, y2: y + 22, stroke: color("grid") }));
        for (const s of node.spans) {
          if (!visible(s.from, s.to)) continue;
          const a = Math.max(x.left - 3, x(s.from)), b = Math.min(x.right + 3, x(s.to)), w = Math.max(1, b - a);
          const lines = [node.name + ": " + s.role + (s.term ? " of term " + s.term : ""), at(s.from) + " to " + at(s.to) + " (" + span(s.to - s.from) + ")", s.role === "not running" ? null : "life " + s.incarnation];
          if (s.role === "leader") roleSpan("leader, term " + s.term, s.from, s.to, y);
          else if (s.role === "not running") {
            const group = svg("g", {}, svg("rect", { x: a, y: y + 3, width: w, height: 14, fill: hatch(body, color("kill"), -45, 7), "fill-opacity": 0.35, stroke: color("kill"), "stroke-opacity": 0.6 }));
            if (w > 16) group.append(svg("path", { d: "M" + (a + w / 2 - 4) + " " + (y + 6) + "l8 8m0 -8l-8 8", stroke: color("kill"), "stroke-width": 2 }));
            body.append(withTip(group, lines));
          } else if (s.role === "follower") {
            body.append(withTip(svg("g", {}, svg("rect", { x: a, y: y + 2, width: w, height: 16, fill: "transparent" }), svg("line", { x1: a, x2: a + w, y1: y + 10, y2: y + 10, stroke: color("follower"), "stroke-width": 2 })), lines));
          } else {
            body.append(withTip(svg("rect", { x: a, y: y + 6, width: Math.max(2, w), height: 8, fill: hatch(body, color("candidate")), stroke: color("candidate") }), lines));
          }
        }
        for (const s of data.strikes) {
          if (!s.nodes.includes(node.name) || kindOf(s.fault) !== "pause" || !visible(s.from, s.to)) continue;
          const a = Math.max(x.left - 3, x(s.from)), b = Math.min(x.right + 3, x(s.to));
          body.append(withTip(svg("rect", { x: a, y: y + 1, width: Math.max(2, b - a), height: 18, fill: hatch(body, color("pause"), 90, 8), "fill-opacity": 0.5, stroke: color("pause"), "stroke-dasharray": "4 3" }), [node.name + " paused", ...strikeTip(s)]));
        }
        y += 23;
      }
      violations(body, x, y);
      picture.append(svg("defs", {}, svg("clipPath", { id: clipId }, svg("rect", { x: x.left, y: 0, width: x.right - x.left, height: y + 2 }))), labels, body);
      axis(picture, x, y);
      picture.setAttribute("height", y + 22);
      stage.replaceChildren(picture);
    });
  }

  // ---------------------------------------------------------------- operations per client
  function showOperations() {
    if (!data.lanes.length) {
      byId("operations").append(el("div", { class: "head" }, el("h3", {}, "Operations of each client")), el("p", { class: "hint" }, "The history has no operations."));
      return;
    }
    const stage = panel("operations", "Operations of each client", [
      [(s) => outcomeBar(s, OK, 1, 2, 24, 8), "ok"],
      [(s) => s.append(svg("rect", { x: 1, y: 6, width: 24, height: 4, fill: color("failed") })), "failed (half height)"],
      [(s) => outcomeBar(s, UNKNOWN, 1, 2, 24, 8), "unknown (fades out)"],
      core.size ? [(s) => s.append(svg("rect", { x: 2, y: 2, width: 22, height: 8, fill: color("ok"), stroke: color("violated"), "stroke-width": 2.5 })), "evidence"] : null,
      data.density ? [(s) => [0.25, 0.5, 1].forEach((o, i) => s.append(svg("rect", { x: 1 + i * 8, y: 2, width: 8, height: 8, fill: color("ok"), "fill-opacity": o * 0.6 }))), "shade: how many operations"] : null]);
    const hint = el("p", { class: "hint" });
    let wanted = -1;
    if (data.keys.length > 1) {
      const choice = el("select", { "aria-label": "Key to show" }, el("option", { value: -1 }, "all " + data.keys.length + " keys"), data.keys.map((k, i) => el("option", { value: i }, "key " + clip(k, 40))));
      choice.addEventListener("change", () => { wanted = Number(choice.value); drawView(); });
      byId("operations").querySelector(".legend").append(choice);
    }
    byId("operations").append(hint);
    if (data.density) {
      hint.textContent = "This history has " + plural(data.totals.operations, "operation") + "; the page holds " + count(operations.length) + " of them one by one (those around the evidence and without an answer first) and the rest as shades. All stand in history.jsonl.";
    }
    const canvas = el("canvas", { role: "img", "aria-label": "Operations of each client over time; counts and latencies stand in the text report" });
    stage.append(canvas);
    const n = data.lanes.length, row = n <= 12 ? 22 : n <= 24 ? 16 : n <= 60 ? 11 : 6;
    const top = 4, height = top + n * row + 22;
    canvas.style.height = height + "px";
    let x = scale(1000), hovered = null;
    function first(list, t) { // first operation of a lane that may still be visible at t
      let low = 0, high = list.length;
      while (low < high) { const mid = (low + high) >> 1; if (list[mid].invoked < t) low = mid + 1; else high = mid; }
      return Math.max(0, low - 3);
    }
    function draw() {
      const width = stage.clientWidth || 1000, ratio = Math.min(3, devicePixelRatio || 1);
      x = scale(width);
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
      const g = canvas.getContext("2d");
      g.scale(ratio, ratio);
      g.clearRect(0, 0, width, height);
      const inks = OUTCOMES.map(color), grid = color("grid"), muted = color("muted"), ink = color("ink"), red = color("violated"), font = getComputedStyle(document.body).fontFamily;
      g.font = "12px " + font;
      const floor = top + n * row;
      g.textAlign = "center";
      for (const [t, text] of ticks(view.from, view.to, (x.right - x.left) / 90)) {
        g.fillStyle = grid; g.fillRect(x(t), top, 1, floor - top);
        g.fillStyle = muted; g.fillText(text + " " + unit[0], x(t), floor + 15);
      }
      g.textAlign = "right";
      const every = Math.ceil(14 / row);
      for (let i = 0; i < n; i++) {
        g.fillStyle = grid; g.fillRect(x.left, top + (i + 1) * row - 0.5, x.right - x.left, 1);
        if (i % every === 0) { g.fillStyle = ink; g.fillText(fit(x.left > 100 ? data.lanes[i] : data.lanes[i].split(",")[0], x.left - 12, 12), x.left - 10, top + i * row + row / 2 + 4); }
      }
      g.save();
      g.beginPath(); g.rect(x.left, 0, x.right - x.left, floor + 2); g.clip();
      for (const s of data.strikes) {
        if (s.from === null || s.skipped) continue;
        g.globalAlpha = 0.09; g.fillStyle = color(kindOf(s.fault)); g.fillRect(x(s.from), top, Math.max(1, x(s.to) - x(s.from)), floor - top);
      }
      if (data.density) {
        const d = data.density;
        for (let i = 0; i < n; i++) {
          for (let b = Math.max(0, Math.floor(view.from / d.widthNanos)); b < d.lanes[i].length && b * d.widthNanos < view.to; b++) {
            const many = d.lanes[i][b];
            if (!many) continue;
            g.globalAlpha = 0.12 + 0.45 * many / d.most; g.fillStyle = inks[OK];
            g.fillRect(x(b * d.widthNanos), top + i * row + 2, Math.max(1, x((b + 1) * d.widthNanos) - x(b * d.widthNanos)), row - 4);
          }
        }
      }
      const h = row - (row > 8 ? 6 : 2), pad = (row - h) / 2;
      const marks = [];
      for (let i = 0; i < n; i++) {
        const list = lanes[i];
        let labelEnd = -1;
        for (let j = first(list, view.from); j < list.length && list[j].invoked <= view.to; j++) {
          const o = list[j], a = x(o.invoked), b = x(o.until), w = Math.max(1.2, b - a), y = top + i * row + pad;
          if (b < x.left && o.outcome !== UNKNOWN) continue;
          g.globalAlpha = wanted >= 0 && o.key !== wanted ? 0.12 : w < 3 ? 0.75 : 0.95;
          if (o.outcome === FAILED) { g.fillStyle = inks[1]; g.fillRect(a, y + h / 2, w, h / 2); }
          else if (o.outcome === UNKNOWN) {
            const until = Math.min(x.right, b + 26), paint = g.createLinearGradient(Math.max(a, x.left - 50), 0, Math.max(until, a + 1), 0);
            paint.addColorStop(0, inks[2]); paint.addColorStop(0.5, inks[2]); paint.addColorStop(1, "transparent");
            g.fillStyle = paint; g.fillRect(a, y, Math.max(2, until - a), h);
          } else { g.fillStyle = inks[0]; g.fillRect(a, y, w, h); }
          if (core.has(o)) marks.push([a, y, w, h]);
          if (row >= 16 && w > 44 && g.globalAlpha > 0.5 && a > labelEnd) {
            const text = fit(o.what, w - 8, 11);
            g.globalAlpha = 1; g.fillStyle = o.outcome === FAILED ? ink : color("surface"); g.textAlign = "left"; g.font = "11px " + font;
            g.fillText(text, Math.max(a, x.left) + 4, y + h / 2 + 4);
            g.font = "12px " + font;
            labelEnd = a + 10;
          }
        }
      }
      g.globalAlpha = 1;
      for (const [a, y, w, h2] of marks) { g.strokeStyle = red; g.lineWidth = 2.5; g.strokeRect(a - 1.5, y - 1.5, Math.max(5, w + 3), h2 + 3); }
      if (hovered) {
        const a = x(hovered.invoked), b = x(hovered.until);
        g.strokeStyle = ink; g.lineWidth = 1.5; g.strokeRect(a - 1, top + hovered.lane * row + pad - 1, Math.max(4, b - a + 2), h + 2);
      }
      g.restore();
    }
    canvas.addEventListener("pointermove", (event) => {
      if (event.buttons) return;
      const box = canvas.getBoundingClientRect(), px = event.clientX - box.left, i = Math.floor((event.clientY - box.top - top) / row);
      let best = null, least = 7;
      if (i >= 0 && i < n) {
        for (const o of lanes[i]) {
          const a = x(o.invoked), b = x(o.until);
          if (a > px + 7) break;
          const away = px < a ? a - px : px > b ? px - b : 0;
          if (away < least || (away === 0 && least === 0)) { best = o; least = away; }
        }
      }
      if (best !== hovered) { hovered = best; drawView(); }
      if (best) showTip(event, describe(best)); else hideTip();
    });
    canvas.addEventListener("pointerleave", () => { hideTip(); if (hovered) { hovered = null; drawView(); } });
    redraws.push(draw);
  }

  // ---------------------------------------------------------------- throughput and latency
  function showCharts() {
    const b = data.steps;
    const middle = b.ok.map((_, i) => (i + 0.5) * b.widthNanos);
    const perSecond = unit[1] === 1e9 ? 1e9 / b.widthNanos : 1;
    const series = (values) => values.map((y, i) => ({ x: middle[i], y }));
    const wide = unit[1] === 1e9 ? "per second" : "per " + span(b.widthNanos);
    chart("throughput", "Throughput: operations " + wide + " by outcome", [
      { label: "ok", points: series(b.ok.map((v) => v * perSecond)), ink: "ok", dash: [], width: 2 },
      { label: "failed", points: series(b.failed.map((v) => v * perSecond)), ink: "failed", dash: [7, 3], width: 2 },
      { label: "unknown", points: series(b.unknown.map((v) => v * perSecond)), ink: "unknown", dash: [2, 3], width: 2 },
    ], "linear", (v) => count(Math.round(v * 100) / 100), "counted when called, in steps of " + span(b.widthNanos));
    if (!b.p50.some((v) => v !== null)) {
      byId("latency").append(el("div", { class: "head" }, el("h3", {}, "Latency")), el("p", { class: "hint" }, "No operation was answered ok: there is no latency to show."));
      return;
    }
    chart("latency", "Latency of operations answered ok", [
      { label: "median (p50)", points: series(b.p50), ink: "ok", dash: [], width: 2 },
      { label: "p95", points: series(b.p95), ink: "pause", dash: [7, 3], width: 1.5 },
      { label: "p99", points: series(b.p99), ink: "failed", dash: [2, 3], width: 1.5 },
      { label: "slowest", points: series(b.max), ink: "violated", dash: null, width: 0 },
    ], "logarithmic", span, "logarithmic scale, in steps of " + span(b.widthNanos));
  }
  function decades(least, most) {
    const found = [];
    const factors = most / least > 300 ? [1] : most / least > 30 ? [1, 3] : [1, 2, 5];
    for (let e = Math.floor(Math.log10(least)); e <= Math.ceil(Math.log10(most)); e++) {
      for (const f of factors) if (f * 10 ** e >= least && f * 10 ** e <= most) found.push({ value: f * 10 ** e });
    }
    return found;
  }
  function chart(id, title, sets, type, format, hint) {
    const stage = panel(id, title, [...sets.map((s) => [(p) => p.append(s.dash === null
      ? svg("circle", { cx: 13, cy: 6, r: 3, fill: "none", stroke: color(s.ink), "stroke-width": 1.5 })
      : svg("line", { x1: 1, x2: 25, y1: 6, y2: 6, stroke: color(s.ink), "stroke-width": 2, "stroke-dasharray": s.dash.join(" ") || null })), s.label]), [null, hint]]);
    stage.classList.add("chart");
    const canvas = el("canvas", { role: "img", "aria-label": title + "; the figures stand in the text report" });
    stage.append(canvas);
    const backdrop = {
      id: "backdrop",
      beforeDatasetsDraw(c) {
        const g = c.ctx, area = c.chartArea, x = c.scales.x;
        g.save();
        g.beginPath(); g.rect(area.left, area.top, area.width, area.height); g.clip();
        for (const s of data.strikes) {
          if (s.from === null || s.skipped) continue;
          g.globalAlpha = 0.1; g.fillStyle = color(kindOf(s.fault));
          g.fillRect(x.getPixelForValue(s.from), area.top, Math.max(1, x.getPixelForValue(s.to) - x.getPixelForValue(s.from)), area.height);
        }
        g.globalAlpha = 1; g.strokeStyle = color("violated"); g.lineWidth = 1.5; g.setLineDash([5, 3]);
        for (const one of evidence) {
          if (one.to === null || one.finding.state !== "violated") continue;
          const px = x.getPixelForValue(one.to);
          g.beginPath(); g.moveTo(px, area.top); g.lineTo(px, area.bottom); g.stroke();
        }
        g.restore();
      },
    };
    const inks = (s) => ({ borderColor: color(s.ink), backgroundColor: "transparent", pointBorderColor: color(s.ink), pointBackgroundColor: "transparent", pointHoverBackgroundColor: color(s.ink) });
    const c = new Chart(canvas, {
      type: "line",
      plugins: [backdrop],
      data: { datasets: sets.map((s) => ({ ...inks(s), label: s.label, data: s.points, borderWidth: s.width, borderDash: s.dash || [], showLine: s.dash !== null, pointRadius: s.dash === null ? 2 : 0, pointHoverRadius: 4, pointBorderWidth: 1.5, spanGaps: false })) },
      options: {
        animation: false, parsing: false, normalized: true, maintainAspectRatio: false, responsive: true,
        interaction: { mode: "index", intersect: false }, layout: { padding: { right: RIGHT, top: 4 } },
        plugins: { legend: { display: false }, colors: { enabled: false }, tooltip: { callbacks: { title: (items) => (items.length ? at(items[0].parsed.x, 2) : ""), label: (item) => " " + item.dataset.label + ": " + format(item.parsed.y) } } },
        scales: {
          x: { type: "linear", min: 0, max: end, ticks: { maxRotation: 0, autoSkip: false, callback: (value, i, all) => all[i].text },
            afterBuildTicks: (s) => { s.ticks = ticks(s.min, s.max, s.width / 90).map(([value, text]) => ({ value, text: text + " " + unit[0] })); } },
          y: { type, beginAtZero: type === "linear", afterFit: (s) => { s.width = gutter(); },
            ticks: { callback: (v) => format(v), maxTicksLimit: 6 },
            afterBuildTicks: (s) => { if (type === "logarithmic") { s.ticks = decades(s.min, s.max); } } },
        },
      },
    });
    redraws.push(() => {
      sets.forEach((s, i) => Object.assign(c.data.datasets[i], inks(s)));
      for (const a of ["x", "y"]) { c.options.scales[a].grid = { color: color("grid") }; c.options.scales[a].border = { color: color("line") }; c.options.scales[a].ticks.color = color("muted"); }
      c.options.scales.x.min = view.from;
      c.options.scales.x.max = view.to;
      c.update("none");
    });
  }

  // ---------------------------------------------------------------- tables below
  function showStrikes() {
    if (!data.strikes.length) return;
    reveal("strikes").append(table(null, ["No.", "Fault", "Where", "From", "To", "Lasted", "Took effect", "How we know"],
      data.strikes.map((s) => [String(s.id), el("b", {}, s.fault), s.where || "–", s.from === null ? "–" : at(s.from), s.skipped ? "–" : at(s.to), s.skipped ? "–" : span(s.to - s.from),
        s.skipped ? "skipped" : s.effective === true ? "✓ yes" : s.effective === false ? "✕ no" : "? not probed",
        s.skipped || (s.evidence.length ? s.evidence.slice(0, 6).reduce((box, line) => { box.append(el("div", {}, line)); return box; }, el("div", {})) : "–")]),
      ["number", "", "", "time", "time", "time", "", ""]));
  }
  function showFacts() {
    if (!data.facts.length) return;
    const body = reveal("facts");
    if (data.command) {
      const copy = el("button", { type: "button" }, "Copy");
      copy.addEventListener("click", () => {
        const done = () => { copy.textContent = "Copied"; };
        if (navigator.clipboard) navigator.clipboard.writeText(data.command).then(done, () => {});
      });
      body.append(el("p", { class: "hint" }, "This repeats the plan of the run: the same operations and faults at the same times. What real machines make of it may differ."), el("div", { class: "command" }, el("pre", {}, data.command), copy));
    }
    body.append(pairs(data.facts));
  }
  function showEvents() {
    if (!data.nodeEvents.length) return;
    const body = reveal("events");
    const search = el("input", { type: "search", placeholder: "n1, leader, term 4 …", "aria-label": "Show only events that contain" });
    const left = el("span", {});
    const rows = el("tbody", {});
    const MOST = 200;
    function show() {
      const words = search.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
      const hits = data.nodeEvents.filter((e) => words.every((w) => (e.node + " " + e.text).toLowerCase().includes(w)));
      rows.replaceChildren(...hits.slice(0, MOST).map((e) => el("tr", {}, el("td", { class: "time" }, at(e.at)), el("th", { scope: "row" }, e.node), el("td", { class: "number" }, String(e.incarnation)), el("td", {}, e.text))));
      left.textContent = hits.length > MOST ? "the first " + MOST + " of " + count(hits.length) : plural(hits.length, "event");
    }
    search.addEventListener("input", show);
    show();
    body.append(el("div", { class: "controls" }, el("label", {}, "Filter ", search), left, data.eventsLeftOut ? el("span", {}, count(data.eventsLeftOut) + " more stand in nodes/*/events.jsonl") : null),
      el("div", { class: "scroll tall", tabindex: 0 }, el("table", {}, el("thead", {}, el("tr", {}, el("th", { scope: "col" }, "Time"), el("th", { scope: "col" }, "Node"), el("th", { scope: "col", class: "number" }, "Life"), el("th", { scope: "col" }, "Event"))), rows)));
  }

  // ---------------------------------------------------------------- all of it
  showEvidence();
  showChecks();
  if (data.totals.operations || data.strikes.length || data.nodes.length) {
    byId("timeline").hidden = false;
    showToolbar();
    showFaults();
    showOperations();
    showCharts();
  }
  showStrikes();
  showFacts();
  showEvents();
  // What is too much for one look opens around the violation.
  const where = evidence.find((e) => e.from !== null && e.finding.state === "violated");
  if (where && (data.density || (unit[1] === 1e9 && end > 180e9))) {
    // What the last one contradicts may have happened ages before.
    const last = where.core.reduce((a, b) => (b.invoked > a.invoked ? b : a), where.core[0]);
    const far = last && where.to - where.from > end / 20;
    const from = far ? last.invoked : where.from, to = far ? Math.min(last.until, last.invoked + end / 20) : where.to;
    const pad = data.strikes.length ? Math.min(20e9, end / 8) : (to - from) * 4;
    view.from = Math.max(0, from - pad);
    view.to = Math.min(end, to + pad);
  }
  drawAll();
  let timer = 0;
  addEventListener("resize", () => { clearTimeout(timer); timer = setTimeout(drawAll, 80); });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
  root.dataset.drawn = "true";
})();
