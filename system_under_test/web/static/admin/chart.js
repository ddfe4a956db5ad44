// Charts of bars per day as inline SVG: built by attributes and classes only, as the page's policy demands.

const NAMESPACE = "http://www.w3.org/2000/svg";
const LEFT = 58;
const TOP = 12;
const BOTTOM = 24;
const HEIGHT = 220;

function svg(name, attributes, ...children) {
  const made = document.createElementNS(NAMESPACE, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

// Round steps in whole units, so that at most five lines reach `most`.
export function scale(most, whole) {
  const rough = Math.max(most / whole, 1) / 4;
  const power = Math.max(1, 10 ** Math.floor(Math.log10(rough)));
  const step = whole * [1, 2, 2.5, 5, 10].map((n) => n * power).find((n) => n >= rough && Number.isInteger(n));
  const lines = Math.max(1, Math.ceil(most / step));
  return { step, lines, top: step * lines };
}

const text = (content, attributes) => svg("text", attributes, document.createTextNode(content));

function grid(width, { step, lines, top }, height, format) {
  const made = [];
  for (let line = 0; line <= lines; line += 1) {
    const y = TOP + height - (height * line * step) / top;
    made.push(svg("line", { class: line ? "grid" : "axis", x1: LEFT, x2: width, y1: y, y2: y }));
    made.push(text(format(line * step), { class: "tick", x: LEFT - 8, y: y + 4, "text-anchor": "end" }));
  }
  return made;
}

function days(width, data, each) {
  const every = Math.max(1, Math.ceil(58 / each), Math.ceil(data.length / 12));
  return data.flatMap((day, index) => {
    // Counted from the last day, which has its label for certain.
    if ((data.length - 1 - index) % every) return [];
    const x = Math.min(LEFT + each * (index + 0.5), width - 20);
    return x < LEFT + 14 ? [] : [text(day.short, { class: "tick", x, y: HEIGHT - 6, "text-anchor": "middle" })];
  });
}

function bars(data, names, each, height, top) {
  const thick = Math.max(1, Math.min(each * 0.72, 28));
  return data.map((day, index) => {
    const x = LEFT + each * index + (each - thick) / 2;
    const group = svg("g", { class: "day", "data-index": index },
      svg("rect", { class: "reach", x: LEFT + each * index, y: TOP, width: each, height }));
    let below = 0;
    for (const name of names) {
      const value = day[name];
      const tall = (height * value) / top;
      if (tall > 0) group.append(svg("rect", { class: `bar bar-${name}`, x, y: TOP + height - below - tall, width: thick, height: tall }));
      below += tall;
    }
    return group;
  });
}

// Draws `data` ([{ short, said, <name>: number }]) with the series `names` on top of each other. `said` is the line
// below the chart while the pointer is on a day; `best` the line otherwise. Draws again when the room changes.
export function chart(place, { title, names, data, format, whole, best }) {
  const said = document.createElement("p");
  said.className = "said";
  const most = Math.max(...data.map((day) => names.reduce((sum, name) => sum + day[name], 0)));
  const measure = scale(most, whole);

  function draw() {
    const width = Math.max(280, Math.floor(place.clientWidth));
    const height = HEIGHT - TOP - BOTTOM;
    const each = (width - LEFT) / data.length;
    const picture = svg("svg", { class: "picture", viewBox: `0 0 ${width} ${HEIGHT}`, width, height: HEIGHT, role: "img", "aria-label": title },
      ...grid(width, measure, height, format), ...bars(data, names, each, height, measure.top), ...days(width, data, each));
    picture.addEventListener("pointermove", (move) => {
      const day = data[move.target.closest(".day")?.dataset.index];
      said.textContent = day ? day.said : best;
    });
    picture.addEventListener("pointerleave", () => {
      said.textContent = best;
    });
    place.replaceChildren(picture, said);
    said.textContent = best;
  }

  place.observer?.disconnect();
  let drawn = 0;
  place.observer = new ResizeObserver(() => {
    if (Math.floor(place.clientWidth) === drawn) return;
    drawn = Math.floor(place.clientWidth);
    draw();
  });
  place.observer.observe(place);
  drawn = Math.floor(place.clientWidth);
  draw();
}

// A single bar of a hundredth parts, for the funnel.
export const share = (part, whole) =>
  svg("svg", { class: "share", "aria-hidden": "true", focusable: "false", width: "100%", height: "10" },
    svg("rect", { class: "share-all", width: "100%", height: "10", rx: "2" }),
    svg("rect", { class: "share-part", width: `${whole ? (100 * part) / whole : 0}%`, height: "10", rx: "2" }));
