// Makes elements. Whatever comes from a certificate goes into the page as text, never as markup.

/**
 * An element with attributes and children; a string child becomes text.
 * @param {string} name
 * @param {Record<string, string>} [attributes]
 * @param {...(Node | string | null)} children
 * @returns {HTMLElement}
 */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
  made.append(...children.filter((child) => child !== null));
  return made;
}

/**
 * The element of the page that has this id.
 * @param {string} id
 * @returns {HTMLElement}
 */
export function byId(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`no element ${id}`);
  return found;
}

/**
 * The field of the page that has this id.
 * @param {string} id
 * @returns {HTMLInputElement}
 */
export function fieldById(id) {
  return /** @type {HTMLInputElement} */ (byId(id));
}

/**
 * Every element that matches.
 * @param {string} selector
 * @returns {HTMLElement[]}
 */
export function all(selector) {
  return [...document.querySelectorAll(selector)].map((found) => /** @type {HTMLElement} */ (found));
}

const SVG = "http://www.w3.org/2000/svg";

// The outline differs as well as the sign inside: a circle, an octagon, a triangle.
const SHAPES = {
  accepted: ["M32 4a28 28 0 1 1 0 56 28 28 0 1 1 0-56z", "M18 33l10 10 19-21"],
  rejected: ["M20.400 4h23.200L60 20.400v23.200L43.600 60H20.400L4 43.600V20.400z", "M22 22l20 20M42 22 22 42"],
  undetermined: ["M32 5 61 58H3z", "M26 30a6 6 0 1 1 8.500 5.500Q32 37 32 41M32 47.500v1"],
  error: ["M32 5 61 58H3z", "M32 24v16M32 47.500v1"],
};

/**
 * The sign of a verdict. It is decoration: the words beside it say the same.
 * @param {keyof SHAPES} status
 */
export function sign(status) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 64 64");
  svg.setAttribute("aria-hidden", "true");
  svg.classList.add("sign");
  for (const [index, path] of SHAPES[status].entries()) {
    const shape = document.createElementNS(SVG, "path");
    shape.setAttribute("d", path);
    shape.classList.add(index === 0 ? "outline" : "stroke");
    svg.append(shape);
  }
  return svg;
}
