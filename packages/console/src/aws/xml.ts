/** Reading answers of the query and REST-XML protocols. The browser parses; nothing here makes markup of text. */

/** The text of the first child of that name. */
export function textOf(element: Element | undefined, name: string): string | undefined {
  return childOf(element, name)?.textContent ?? undefined
}

export function childOf(element: Element | undefined, name: string): Element | undefined {
  return element === undefined ? undefined : [...element.children].find((child) => child.localName === name)
}

export function childrenOf(element: Element | undefined, name: string): Element[] {
  return element === undefined ? [] : [...element.children].filter((child) => child.localName === name)
}

/** The `member`s of the list of that name. */
export function membersOf(element: Element | undefined, name: string): Element[] {
  return childrenOf(childOf(element, name), 'member')
}

/** `[{Key, Value}]` as a record. */
export function tagsOf(element: Element | undefined): Record<string, string> {
  return Object.fromEntries(
    membersOf(element, 'Tags').map((tag) => [textOf(tag, 'Key') ?? '', textOf(tag, 'Value') ?? '']),
  )
}
