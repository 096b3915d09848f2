type Rule = { id: string; pattern: RegExp };

export const rules: readonly Rule[] = [
  // bug: adjacent-wildcards
  { id: "assignment", pattern: /.*.*=.*/s },
  {
    id: "words",
    // bug: nested-quantifier
    pattern: new RegExp("^(?:\\w+)+$", "u"),
  },
  // ok: adjacent-wildcards, nested-quantifier
  { id: "pair", pattern: /^[\w.]+=[^;]*(?:;[\w.]+=[^;]*)*$/ },
];

export class Filter<T extends Rule> {
  constructor(private readonly rules: T[]) {}

  apply(text: string): T | undefined {
    // bug: adjacent-wildcards
    const head = text.match(/^(?<key>\w+)(?<more>\w*):/) as RegExpMatchArray | null;
    // ok: adjacent-wildcards
    const tail = text.match(/(?<key>\w+):(?<more>\w*)$/)!;
    return this.rules.find((r) => r.pattern.test(head?.[0] ?? tail[0]));
  }
}
