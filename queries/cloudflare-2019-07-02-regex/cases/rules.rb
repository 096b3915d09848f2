module Rules
  # bug: adjacent-wildcards
  ASSIGNMENT = /(?:"|\d)+.*(?:.*=.*)/m
  # bug: nested-quantifier
  WORDS = %r{\A(?:\w+)*\z}

  def self.clean(text)
    # bug: adjacent-wildcards
    trimmed = text.sub(/\s*\s+\z/, "")
    # bug: nested-quantifier
    trimmed =~ Regexp.new("^([a-z]+)+$") ? trimmed : text
  end

  def self.safe(text)
    # ok: adjacent-wildcards, nested-quantifier
    pair = text.match?(/\A[^=]*=.*\z/)
    # ok: nested-quantifier
    numbers = text.match?(/\A\d+(?:,\d+)*\z/)
    # ok: adjacent-wildcards
    dots = text.match?(/\.*.*/)
    # ok: adjacent-wildcards, nested-quantifier
    plain = text.include?(".*.*(a+)+")
    [pair, numbers, dots, plain]
  end
end
