type Close = () => Promise<void>

/** What a start has opened so far; closed in reverse, each part though another failed to close. */
export class OpenedParts {
  readonly #parts: { readonly name: string; readonly close: Close }[] = []

  opened(name: string, close: Close): void {
    this.#parts.push({ name, close })
  }

  /** Takes each part once: closing again does nothing. */
  async close(onError: (part: string, error: unknown) => void): Promise<void> {
    for (let part = this.#parts.pop(); part !== undefined; part = this.#parts.pop()) {
      try {
        await part.close()
      } catch (error) {
        onError(part.name, error)
      }
    }
  }
}
