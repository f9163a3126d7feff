package dev.ordeal.checker;

import java.util.List;

/// The answer to "did the system keep its promise?".
public sealed interface Verdict {
    /// The answer in one sentence.
    String sentence();

    /// It did, and a witness shows how, where the check has witnesses.
    record Valid(String sentence, List<Witness> witnesses) implements Verdict {
        public Valid {
            witnesses = List.copyOf(witnesses);
        }

        public Valid(String sentence) {
            this(sentence, List.of());
        }
    }

    /// It did not, and this shows it. The first piece of evidence is the one to look at.
    record Violated(String sentence, List<Evidence> evidence) implements Verdict {
        public Violated {
            evidence = List.copyOf(evidence);
            if (evidence.isEmpty()) {
                throw new IllegalArgumentException("violated without evidence: " + sentence);
            }
        }
    }

    /// Nobody knows, and this is why and how far it got.
    record Undecided(String sentence, List<Evidence> progress) implements Verdict {
        public Undecided {
            progress = List.copyOf(progress);
        }

        public Undecided(String sentence) {
            this(sentence, List.of());
        }
    }

    /// `valid`, `violated` or `undecided`.
    default String label() {
        return switch (this) {
            case Valid ignored -> "valid";
            case Violated ignored -> "violated";
            case Undecided ignored -> "undecided";
        };
    }

    /// 0 valid, 1 violated, 2 undecided.
    default int exitCode() {
        return switch (this) {
            case Valid ignored -> 0;
            case Violated ignored -> 1;
            case Undecided ignored -> 2;
        };
    }

    /// The one that counts: violated outranks undecided outranks valid; the first of equals.
    static Verdict worst(List<Verdict> verdicts) {
        Verdict worst = null;
        for (Verdict verdict : verdicts) {
            if (worst == null || rank(verdict) > rank(worst)) {
                worst = verdict;
            }
        }
        return worst == null ? new Undecided("nothing was checked") : worst;
    }

    private static int rank(Verdict verdict) {
        return switch (verdict) {
            case Valid ignored -> 0;
            case Undecided ignored -> 1;
            case Violated ignored -> 2;
        };
    }
}
