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

// Maps: a squarified tree map of three levels at a time.

const NAME_HEIGHT = 21;
const EDGE = 4;
const BORDER = 1;

function layout(tree, width, height) {
  const root = d3.hierarchy(tree).sum((node) => (node.children?.length ? 0 : node.size)).sort((a, b) => b.value - a.value);
  const edge = (node) => (node.depth ? EDGE : 0);
  return d3.treemap().size([width, height]).paddingOuter(edge).paddingTop((node) => (node.depth ? NAME_HEIGHT : 0))(root);
}

function place(box, node) {
  const inset = node.parent.parent ? BORDER : 0; // within the border of the box that it is in
  const [left, top] = [node.x0 - node.parent.x0 - inset, node.y0 - node.parent.y0 - inset];
  Object.assign(box.style, {
    left: `${left}px`, top: `${top}px`, width: `${node.x1 - node.x0}px`, height: `${node.y1 - node.y0}px`,
  });
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
    [...this.area.children].find((box) => box.node.data === left)?.focus();
  }

  draw() {
    const tree = this.path.at(-1);
    const { clientWidth: width, clientHeight: height } = this.area;
    if (!width || !tree.children) return;
    this.up.hidden = this.path.length < 2;
    this.where.textContent = `${this.path.map((each) => each.name).join(" › ")}, ${readableSize(tree.size)}`;
    this.area.setAttribute("aria-label", `Map of ${this.where.textContent}: arrow keys move, Enter opens, Escape goes back`);
    this.area.replaceChildren(...layout(tree, width, height).children.map((node, index) => this.box(node, index)));
    this.tell(null);
  }

  box(node, index) {
    const box = element("button", { type: "button", className: `box tone${index % 8}`, tabIndex: index ? -1 : 0 },
      this.name(node), ...this.inside(node, LEVELS_INSIDE));
    box.setAttribute("aria-label", this.description(node));
    box.node = node;
    place(box, node);
    box.addEventListener("click", () => this.enter(node.data));
    box.addEventListener("focus", () => this.tell(node));
    box.addEventListener("mousemove", (event) => this.tell(event.target.node ?? node));
    return box;
  }

  name({ data }) {
    const detail = data.detail ? [element("span", { className: "more-of-it" }, data.detail)] : [];
    return element("span", { className: "name" }, data.name, ...detail);
  }

  inside(node, levels) {
    if (!levels || !node.children || node.x1 - node.x0 < 60 || node.y1 - node.y0 < 50) return [];
    return node.children.map((child) => {
      const name = child.x1 - child.x0 > 44 && child.y1 - child.y0 > 18 ? [this.name(child)] : [];
      const part = element("span", { className: `part level${levels}` }, ...name, ...this.inside(child, levels - 1));
      part.node = child;
      place(part, child);
      return part;
    });
  }

  description(node) {
    const whole = node.ancestors().at(-1);
    const share = `${Math.round((100 * node.value) / whole.value)} % of ${whole.data.name}`;
    return [node.data.name, readableSize(node.data.size), share, node.data.detail].filter(Boolean).join(" · ");
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

// The page: sections are there, and what is drawn in them is in the same order.

const tables = [];

function partsOf(block) {
  if (block.kind === "map") return new ByteMap(block).parts();
  const table = new DataTable(block);
  tables.push(table);
  return table.parts();
}

const { blocks } = JSON.parse(document.getElementById("data").textContent);
document.querySelectorAll("section.drawn").forEach((section, index) => section.append(...partsOf(blocks[index])));
addEventListener("beforeprint", () => tables.forEach((table) => table.drawAll()));
addEventListener("afterprint", () => tables.forEach((table) => table.drawFew()));
