// Everything on the page is made here, of text and attributes; nothing is ever parsed as HTML.

/**
 * @param {string} tag
 * @param {Record<string, string | number | boolean | undefined | ((event: Event) => unknown)>} attributes those that are undefined or false are left out; functions are listeners
 * @param {...(Node | string | undefined)} children
 */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') made.addEventListener(name, value)
    else if (value !== undefined && value !== false) made.setAttribute(name, value === true ? '' : String(value))
  }
  made.append(...children.filter((child) => child !== undefined))
  return made
}

/** `depositMoney`, `deposit_money`, `deposit money` → `Deposit money` */
export function heading(words) {
  const plain = words
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replaceAll(/[_-]+/g, ' ')
    .toLowerCase()
  return plain.charAt(0).toUpperCase() + plain.slice(1)
}
