"use strict";
// Draws the blocks of the page. Text from the data reaches the page through textContent only.

const ROWS_AT_ONCE = 100;
const ITEMS_IN_A_CELL = 4;
const LEVELS_INSIDE = 2;
const NOT_KNOWN = "–";
const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });
const number = new Intl.NumberFormat("en");

function element(name, properties = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key in made) made[key] = value;
    else made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
}

function readableSize(size) {
  if (size < 1000) return `${size} B`;
  let value = size;
  for (const unit of ["kB", "MB", "GB"]) {
    value /= 1000;
    if (value < 999.5) return `${Number(value.toPrecision(3))} ${unit}`;
  }
  return `${Number((value / 1000).toPrecision(3))} TB`;
}

const isNothing = (value) => value === null || value === "" || (Array.isArray(value) && !value.length);
const rooted = (path) => "/" + path.replace(/^\/+/, "");

function shownText(value, kind) {
  if (isNothing(value)) return NOT_KNOWN;
  if (kind === "size") return readableSize(value);
  if (kind === "number") return number.format(value);
  if (kind === "path") return Array.isArray(value) ? value.map(rooted).join(", ") : rooted(value);
  return Array.isArray(value) ? value.join(", ") : String(value);
}

// Facts: cards for one image, a table for several.

function factsBlock(block) {
  if (block.columns.length === 1) {
    const cards = block.rows.map(([label, lines]) =>
      element("div", { className: "card" }, element("dt", {}, label),
        ...lines.map((line) => element("dd", { className: line.length > 40 ? "long" : "" }, line))));
    return [element("dl", { className: "cards" }, ...cards)];
  }
  const head = element("tr", {}, element("th", { scope: "col" }, "Fact"),
    ...block.columns.map((name) => element("th", { scope: "col" }, name)));
  const rows = block.rows.map(([label, ...values]) => {
    const differs = values.some((lines) => lines.join("\n") !== values[0].join("\n"));
    const name = element("th", { scope: "row" }, label);
    if (differs) name.append(element("span", { className: "badge" }, "differs"));
    const cells = values.map((lines) =>
      element("td", {}, ...(lines.length ? lines : [NOT_KNOWN]).map((line) => element("div", {}, line))));
    return element("tr", {}, name, ...cells);
  });
  return [scrolling(block.title, element("table", { className: "compare" }, element("thead", {}, head),
    element("tbody", {}, ...rows)))];
}

function scrolling(title, table) {
  return element("div", { className: "scroll", role: "region", tabIndex: 0, "aria-label": `${title}, table` }, table);
}

// Tables: searched, filtered by column, sorted, and drawn a hundred rows at a time.

class DataTable {
  constructor(block) {
    this.block = block;
    this.limit = ROWS_AT_ONCE;
    this.sorted = { column: -1, descending: false };
    this.chosen = new Map();
    this.rows = block.rows;
    this.body = element("tbody");
    this.status = element("p", { className: "status", role: "status" });
    this.more = element("button", { type: "button", className: "more" });
    this.more.addEventListener("click", () => this.drawMore());
    this.search = element("input", { type: "search", id: `search-${block.id}`, autocomplete: "off", spellcheck: false });
    this.search.addEventListener("input", () => this.choose());
    this.rowHeader = Math.max(0, block.columns.findIndex((column) => !column.facet));
  }

  parts() {
    this.headers = this.block.columns.map((column, index) => {
      const button = element("button", { type: "button" }, column.label);
      button.addEventListener("click", () => this.sort(index));
      return element("th", { scope: "col", className: column.kind, "aria-sort": "none" }, button);
    });
    const table = element("table", {}, element("caption", { className: "unseen" }, this.block.title),
      element("thead", {}, element("tr", {}, ...this.headers)), this.body);
    const label = element("label", { htmlFor: this.search.id }, `Search ${this.block.title}`);
    const tools = element("div", { className: "tools", role: "search" },
      element("div", { className: "tool wide" }, label, this.search), ...this.facets(), this.status);
    this.draw();
    return [tools, scrolling(this.block.title, table), this.more];
  }

  facets() {
    return this.block.columns.flatMap((column, index) => {
      if (!column.facet) return [];
      const values = [...new Set(this.block.rows.map((row) => shownText(row[index], column.kind)))].sort(collator.compare);
      if (values.length < 2 || values.length > 200) return [];
      const id = `choose-${this.block.id}-${index}`;
      const select = element("select", { id }, element("option", { value: "all" }, "all"),
        ...values.map((value, position) => element("option", { value: String(position) }, value)));
      select.addEventListener("change", () => {
        if (select.value === "all") this.chosen.delete(index);
        else this.chosen.set(index, values[Number(select.value)]);
        this.choose();
      });
      return [element("div", { className: "tool" }, element("label", { htmlFor: id }, column.label), select)];
    });
  }

  choose() {
    const columns = this.block.columns;
    const words = this.search.value.toLowerCase().split(/\s+/).filter(Boolean);
    this.texts ??= new Map(this.block.rows.map((row) =>
      [row, row.map((value, index) => shownText(value, columns[index].kind)).join("\n").toLowerCase()]));
    this.rows = this.block.rows.filter((row) =>
      words.every((word) => this.texts.get(row).includes(word)) &&
      [...this.chosen].every(([index, value]) => shownText(row[index], columns[index].kind) === value));
    this.limit = ROWS_AT_ONCE;
    this.arrange();
    this.draw();
  }

  sort(column) {
    this.sorted = { column, descending: this.sorted.column === column && !this.sorted.descending };
    this.headers.forEach((header, index) => header.setAttribute("aria-sort",
      index !== column ? "none" : this.sorted.descending ? "descending" : "ascending"));
    this.arrange();
    this.draw();
  }

  arrange() {
    const { column, descending } = this.sorted;
    if (column < 0) return;
    const direction = descending ? -1 : 1;
    this.rows = [...this.rows].sort((left, right) => {
      const [a, b] = [left[column], right[column]];
      if (isNothing(a) || isNothing(b)) return isNothing(a) - isNothing(b);
      return direction * (typeof a === "number" && typeof b === "number" ? a - b : collator.compare(a, b));
    });
  }

  draw() {
    this.body.replaceChildren(...this.rows.slice(0, this.limit).map((row) => this.row(row)));
    this.tell();
  }

  drawMore() {
    const first = this.limit;
    this.limit += ROWS_AT_ONCE * 5;
    this.body.append(...this.rows.slice(first, this.limit).map((row) => this.row(row)));
    this.tell();
  }

  tell() {
    const [all, found] = [this.block.rows.length, this.rows.length];
    const left = found - Math.min(this.limit, found);
    const rows = all === 1 ? "row" : "rows";
    this.status.textContent = found === all ? `${number.format(all)} ${rows}` : `${number.format(found)} of ${number.format(all)} ${rows}`;
    this.more.textContent = `Show more (${number.format(left)} rows are not drawn yet; search and sort look at all)`;
    this.more.hidden = left === 0;
  }

  row(row) {
    const cells = row.map((value, index) => {
      const kind = this.block.columns[index].kind;
      const cell = index === this.rowHeader ? element("th", { scope: "row" }) : element("td");
      cell.className = isNothing(value) ? `${kind} nothing` : kind;
      if (Array.isArray(value) && value.length > ITEMS_IN_A_CELL) cell.append(folded(value, kind));
      else cell.textContent = shownText(value, kind);
      if (kind === "size" && value !== null) cell.title = `${number.format(value)} bytes`;
      return cell;
    });
    return element("tr", {}, ...cells);
  }

  drawAll() {
    this.limit = Infinity;
    this.draw();
  }

  drawFew() {
    this.limit = ROWS_AT_ONCE;
    this.draw();
  }
}

function folded(values, kind) {
  const first = shownText(values.slice(0, 2), kind);
  return element("details", {}, element("summary", {}, `${first} and ${number.format(values.length - 2)} more`),
    element("div", {}, shownText(values.slice(2), kind)));
}

// Maps: a squarified tree map (Bruls, Huizing, van Wijk, 2000) of three levels at a time.

function squarify(nodes, width, height) {
  const placed = [];
  const total = nodes.reduce((sum, node) => sum + node.size, 0);
  const scale = (width * height) / total;
  let [x, y, first] = [0, 0, 0];
  while (first < nodes.length) {
    const side = Math.min(width, height);
    const largest = nodes[first].size * scale;
    let [sum, worst, last] = [0, Infinity, first];
    while (last < nodes.length) {
      const area = nodes[last].size * scale;
      const ratio = Math.max((side * side * largest) / (sum + area) ** 2, (sum + area) ** 2 / (side * side * area));
      if (ratio > worst) break;
      [sum, worst, last] = [sum + area, ratio, last + 1];
    }
    const thickness = sum / side;
    let along = 0;
    for (const node of nodes.slice(first, last)) {
      const length = (node.size * scale) / thickness;
      placed.push(width >= height ? { node, x, y: y + along, w: thickness, h: length }
        : { node, x: x + along, y, w: length, h: thickness });
      along += length;
    }
    if (width >= height) [x, width] = [x + thickness, width - thickness];
    else [y, height] = [y + thickness, height - thickness];
    first = last;
  }
  return placed;
}

function place(box, { x, y, w, h }) {
  Object.assign(box.style, { left: `${x}px`, top: `${y}px`, width: `${w}px`, height: `${h}px` });
}

class ByteMap {
  constructor(block) {
    this.block = block;
    this.trees = block.trees;
    this.path = [this.trees[0].root];
    this.area = element("div", { className: "map", role: "group" });
    this.area.addEventListener("keydown", (event) => this.key(event));
    this.detail = element("p", { className: "detail", "aria-live": "polite" });
    this.up = element("button", { type: "button", className: "up" }, "← Back");
    this.up.addEventListener("click", () => this.leave());
    this.where = element("span", { className: "where" });
  }

  parts() {
    const select = element("select", { id: `tree-${this.block.id}` },
      ...this.trees.map((tree, index) => element("option", { value: String(index) }, tree.label)));
    select.addEventListener("change", () => this.show([this.trees[Number(select.value)].root]));
    const choice = element("div", { className: "tool" }, element("label", { htmlFor: select.id }, "Divided by"), select);
    const tools = element("div", { className: "tools" }, ...(this.trees.length > 1 ? [choice] : []), this.up, this.where);
    let width = 0;
    new ResizeObserver(([entry]) => {
      if (Math.abs(entry.contentRect.width - width) > 1) this.draw();
      width = entry.contentRect.width;
    }).observe(this.area);
    return [tools, this.area, this.detail];
  }

  show(path) {
    this.path = path;
    this.draw();
  }

  enter(node) {
    if (!node.children?.length) return;
    this.show([...this.path, node]);
    this.area.querySelector("button")?.focus();
  }

  leave() {
    if (this.path.length < 2) return;
    const left = this.path.at(-1);
    this.show(this.path.slice(0, -1));
    [...this.area.children].find((box) => box.node === left)?.focus();
  }

  draw() {
    const node = this.path.at(-1);
    const { clientWidth: width, clientHeight: height } = this.area;
    if (!width || !node.children) return;
    this.up.hidden = this.path.length < 2;
    this.where.textContent = `${this.path.map((each) => each.name).join(" › ")}, ${readableSize(node.size)}`;
    this.area.setAttribute("aria-label", `Map of ${this.where.textContent}: arrow keys move, Enter opens, Escape goes back`);
    this.area.replaceChildren(...squarify(node.children.filter((each) => each.size > 0), width, height)
      .map((box, index) => this.box(box, index)));
    this.tell(null);
  }

  box(placed, index) {
    const { node } = placed;
    const box = element("button", { type: "button", className: `box tone${index % 8}`, tabIndex: index ? -1 : 0 },
      this.name(node), ...this.inside(node, placed.w, placed.h, LEVELS_INSIDE));
    box.setAttribute("aria-label", this.description(node));
    box.node = node;
    place(box, placed);
    box.addEventListener("click", () => this.enter(node));
    box.addEventListener("focus", () => this.tell(node));
    box.addEventListener("mousemove", (event) => this.tell(event.target.node ?? node));
    return box;
  }

  name(node) {
    const detail = node.detail ? [element("span", { className: "more-of-it" }, node.detail)] : [];
    return element("span", { className: "name" }, node.name, ...detail);
  }

  inside(node, width, height, levels) {
    const [edge, top] = [4, 21];
    if (!levels || !node.children?.length || width < 60 || height < 50) return [];
    return squarify(node.children, width - 2 * edge - 2, height - top - edge - 2).map((placed) => {
      const name = placed.w > 44 && placed.h > 18 ? [this.name(placed.node)] : [];
      const part = element("span", { className: `part level${levels}` }, ...name,
        ...this.inside(placed.node, placed.w, placed.h, levels - 1));
      part.node = placed.node;
      place(part, { ...placed, x: placed.x + edge, y: placed.y + top });
      return part;
    });
  }

  description(node) {
    const whole = this.path.at(-1);
    const sum = whole.children.reduce((already, each) => already + each.size, 0);
    const share = `${Math.round((100 * node.size) / sum)} % of ${whole.name}`;
    return [node.name, readableSize(node.size), share, node.detail].filter(Boolean).join(" · ");
  }

  tell(node) {
    this.detail.textContent = node ? this.description(node) : this.block.note ?? "";
  }

  key(event) {
    const boxes = [...this.area.children];
    const at = boxes.indexOf(document.activeElement);
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape") this.leave();
    else if (step && at >= 0) {
      const next = boxes[(at + step + boxes.length) % boxes.length];
      boxes.forEach((box) => { box.tabIndex = box === next ? 0 : -1; });
      next.focus();
    } else return;
    event.preventDefault();
  }
}

// The page.

const tables = [];

function partsOf(block) {
  if (block.kind === "facts") return factsBlock(block);
  if (block.kind === "map") return new ByteMap(block).parts();
  if (!block.rows.length) return [element("p", { className: "note" }, "None.")];
  const table = new DataTable(block);
  tables.push(table);
  return table.parts();
}

const { blocks } = JSON.parse(document.getElementById("data").textContent);
const content = document.getElementById("content");
const links = document.querySelector("nav ul");
content.replaceChildren();
for (const block of blocks) {
  const heading = element("h2", { id: `${block.id}-title` }, block.title);
  const section = element("section", { id: block.id, "aria-labelledby": heading.id }, heading);
  if (block.note && block.kind === "table") section.append(element("p", { className: "note" }, block.note));
  content.append(section);
  section.append(...partsOf(block));
  const link = element("a", { href: `#${block.id}` }, block.title);
  if (block.kind === "table") link.append(" ", element("span", { className: "count" }, number.format(block.rows.length)));
  links.append(element("li", {}, link));
}
addEventListener("beforeprint", () => tables.forEach((table) => table.drawAll()));
addEventListener("afterprint", () => tables.forEach((table) => table.drawFew()));
