package dev.ordeal.checker;

import dev.ordeal.checker.bounds.Bounds;
import dev.ordeal.checker.bounds.Exhausted;
import dev.ordeal.checker.history.History;
import dev.ordeal.checker.linear.CoreVerifier;
import dev.ordeal.checker.linear.Verifier;
import dev.ordeal.checker.model.Model;
import dev.ordeal.checker.model.Models;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Whether a recorded finding stands. What a witness or a core can show is shown again from the history, with none of the
/// code that found it: every witness is played back against the model, every core is tried in all orders. Other checks are
/// rules over the whole record without such evidence; they are applied again, by the same code, and must find the same.
///
/// Only what decides is verified: verdicts, witnesses and cores, not the words about them.
///
/// @param check its name
/// @param verdict the recorded one: `valid`, `violated` or `undecided`
/// @param how in words, what was done to verify it
/// @param objection what is wrong; empty when it stands
public record Verification(String check, String verdict, String how, Optional<String> objection) {
    private static final String LINEARIZABLE = "linearizable ";

    /// Verifies a judgement against the record that it is about, finding by finding; and that no check of the trial is
    /// missing.
    public static List<Verification> of(Judgement recorded, Trial trial, Bounds bounds) {
        List<Verification> verifications = new ArrayList<>();
        Set<String> found = new HashSet<>();
        for (Finding finding : recorded.findings()) {
            found.add(finding.check());
            verifications.add(of(finding, trial, bounds));
        }
        for (String check : trial.checks()) {
            if (!found.contains(check)) {
                verifications.add(
                        new Verification(
                                check,
                                "missing",
                                "looked for it",
                                Optional.of("the verdict has no finding of this check")));
            }
        }
        return verifications;
    }

    private static Verification of(Finding finding, Trial trial, Bounds bounds) {
        String check = finding.check();
        return check.startsWith(LINEARIZABLE)
                ? Models.named(check.substring(LINEARIZABLE.length()))
                        .map(model -> shown(finding, trial.history(), model, bounds))
                        .orElseGet(() -> refuted(finding, "there is no such model"))
                : repeated(finding, trial, bounds);
    }

    private static Verification shown(
            Finding finding, History history, Model<?> model, Bounds bounds) {
        try {
            return switch (finding.verdict()) {
                case Verdict.Valid valid -> witnesses(finding, valid, history, model, bounds);
                case Verdict.Violated violated -> cores(finding, violated, history, model);
                case Verdict.Undecided ignored ->
                        new Verification(
                                finding.check(),
                                finding.verdict().label(),
                                "nothing is claimed that could be verified",
                                Optional.empty());
            };
        } catch (Exhausted e) {
            return refuted(finding, "it could not be verified: " + e.why());
        } catch (IllegalArgumentException e) {
            return refuted(finding, String.valueOf(e.getMessage()));
        }
    }

    private static Verification witnesses(
            Finding finding, Verdict.Valid valid, History history, Model<?> model, Bounds bounds) {
        List<int[]> orders = valid.witnesses().stream().map(Witness::order).toList();
        long operations = valid.witnesses().stream().mapToLong(Witness::size).sum();
        return new Verification(
                finding.check(),
                valid.label(),
                "played back %d %s of %d operations"
                        .formatted(
                                orders.size(),
                                orders.size() == 1 ? "witness" : "witnesses",
                                operations),
                Verifier.refute(history, model, orders, bounds.start()));
    }

    private static Verification cores(
            Finding finding, Verdict.Violated violated, History history, Model<?> model) {
        Optional<String> objection = Optional.empty();
        int operations = 0;
        for (Evidence evidence : violated.evidence()) {
            int[] core = evidence.operations().stream().mapToInt(Integer::intValue).toArray();
            operations += core.length;
            if (objection.isEmpty()) {
                objection = CoreVerifier.refute(history, model, core);
            }
        }
        int cores = violated.evidence().size();
        return new Verification(
                finding.check(),
                violated.label(),
                "tried all orders of %d %s of %d operations"
                        .formatted(cores, cores == 1 ? "core" : "cores", operations),
                objection);
    }

    private static Verification repeated(Finding finding, Trial trial, Bounds bounds) {
        Verdict now;
        try {
            now =
                    finding.check().equals(Assumptions.NAME)
                            ? Assumptions.check(trial.history(), trial.expectations()).verdict()
                            : new Judge().check(finding.check(), trial, bounds).verdict();
        } catch (IllegalArgumentException e) {
            now = new Verdict.Undecided(String.valueOf(e.getMessage()));
        }
        boolean same = now.equals(finding.verdict());
        return new Verification(
                finding.check(),
                finding.verdict().label(),
                "applied the rules again",
                same
                        ? Optional.empty()
                        : Optional.of("now it is %s: %s".formatted(now.label(), now.sentence())));
    }

    private static Verification refuted(Finding finding, String objection) {
        return new Verification(
                finding.check(), finding.verdict().label(), "could not be", Optional.of(objection));
    }
}
