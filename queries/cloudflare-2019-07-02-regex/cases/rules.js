// What a firewall might look for in a request.
const assignment = {
  // bug: adjacent-wildcards
  loose: /^(?:.*.*=.*)$/i,
  // bug: adjacent-wildcards
  grouped: /(?:"|\d)+.*(?:.*=.*)/,
  // ok: adjacent-wildcards, nested-quantifier
  strict: /^[^=]*=.*$/,
};

export function compile(names) {
  // bug: adjacent-wildcards
  const spaces = new RegExp("^\\s*\\s*$", "g");
  // bug: adjacent-wildcards
  const made = RegExp(`(.+?)(?<rest>.*)=`);
  // bug: nested-quantifier
  const words = /^(\w+)*$/;
  // bug: nested-quantifier
  const dashed = new RegExp('^(?:(?:[a-z]\\.)+[0-9]?)+$');
  return [spaces, made, words, dashed].filter((r) => names.includes(r.source));
}

export function safe(text) {
  // An escaped dot is a dot.
  // ok: adjacent-wildcards
  const dots = /\.*.*/;
  // ok: adjacent-wildcards
  const parts = /(.*)=(.*)/.exec(text);
  // ok: nested-quantifier
  const list = /^\d+(?:,\d+)*$/.test(text);
  // ok: nested-quantifier
  const quoted = /"(?:[^"\\]|\\.)*"/;
  // Text that is no regular expression.
  // ok: adjacent-wildcards, nested-quantifier
  const glob = "src/.*.*/(a+)+";
  return [dots, parts, list, quoted, glob];
}
