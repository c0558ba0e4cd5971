/**
 * An element. Text is always text: nothing here makes HTML of data, and the page's policy forbids it.
 * @param {string} name
 * @param {Record<string, string | boolean | undefined>} attributes what is undefined or false is left out
 * @param {(Node | string | false | undefined)[]} children
 */
function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false)
      element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== false && child !== undefined));
  return element;
}

/** @param {string} environment */
const address = (environment) => `#/environments/${environment}`;
