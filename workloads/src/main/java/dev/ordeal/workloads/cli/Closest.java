package dev.ordeal.workloads.cli;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/// Guesses what somebody meant to type.
final class Closest {
    private Closest() {}

    /// ` did you mean "register"?` or nothing, to be put at the end of a message.
    static String suggestion(String typed, Collection<String> choices) {
        return to(typed, choices).map(choice -> " Did you mean \"" + choice + "\"?").orElse("");
    }

    /// The choice with the fewest edits, if they are few for a word of that length.
    static Optional<String> to(String typed, Collection<String> choices) {
        return choices.stream()
                .min(Comparator.comparingInt(choice -> edits(typed, choice)))
                .filter(choice -> edits(typed, choice) <= Math.max(1, choice.length() / 3));
    }

    /// Levenshtein's distance.
    private static int edits(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}
