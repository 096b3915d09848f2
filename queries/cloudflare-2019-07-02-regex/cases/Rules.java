package firewall;

import java.util.regex.Pattern;

final class Rules {
    // bug: adjacent-wildcards
    static final Pattern ASSIGNMENT = Pattern.compile("(?:\"|\\d)+.*(?:.*=.*)", Pattern.DOTALL);

    static final Pattern WORDS = Pattern.compile(
            "^"
                    // bug: nested-quantifier
                    + "(?:\\w+)*$");

    static String clean(String text) {
        // bug: adjacent-wildcards
        String trimmed = text.replaceAll("\\s*\\s+$", "");
        // bug: nested-quantifier
        return trimmed.matches("([a-z]+)+") ? trimmed : text;
    }

    static boolean safe(String text) {
        // ok: adjacent-wildcards, nested-quantifier
        boolean pair = Pattern.matches("[^=]*=.*", text);
        // Possessive: the engine gives nothing back.
        // ok: nested-quantifier
        boolean words = text.matches("(?:\\w+)++;");
        // ok: adjacent-wildcards
        boolean dots = text.matches("\\.*.*");
        // ok: adjacent-wildcards, nested-quantifier
        boolean plain = text.contains(".*.*(a+)+");
        return pair && words && dots && plain;
    }
}
