package dev.ordeal.checker;

import dev.ordeal.checker.bounds.Bounds;
import dev.ordeal.checker.bounds.Budget;
import dev.ordeal.checker.bounds.Exhausted;
import dev.ordeal.checker.commit.Breach;
import dev.ordeal.checker.commit.CommitOrder;
import dev.ordeal.checker.commit.CommitRules;
import dev.ordeal.checker.commit.Committed;
import dev.ordeal.checker.commit.ElectionRules;
import dev.ordeal.checker.commit.Fates;
import dev.ordeal.checker.commit.NodeStreams;
import dev.ordeal.checker.history.History;
import dev.ordeal.checker.linear.Decision;
import dev.ordeal.checker.linear.Linearizability;
import dev.ordeal.checker.linear.Linearizability.PartResult;
import dev.ordeal.checker.linear.Verifier;
import dev.ordeal.checker.linear.Words;
import dev.ordeal.checker.model.Call;
import dev.ordeal.checker.model.Model;
import dev.ordeal.checker.model.Models;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Judges the record of a run: first whether it tested anything, then each check by its name. Reads nothing but the
/// record, so that the same record gets the same verdict tomorrow. Any thread; interrupting it makes it stop undecided.
public final class Judge {
    private static final String LINEARIZABLE = "linearizable ";
    private static final int MOST_KEYS_LISTED = 1000;

    /// So many steps of the longest order are told with the state after each.
    private static final int LAST_STEPS = 20;

    private final String engine;

    /// A judge that lets each key's operations decide which engine they need.
    public Judge() {
        this(Linearizability.AUTO);
    }

    /// A judge that uses one of [Linearizability#engines].
    public Judge(String engine) {
        this.engine = engine;
    }

    /// Never throws for what the record says: that is in the judgement.
    public Judgement judge(Trial trial, Bounds bounds) {
        List<Finding> findings = new ArrayList<>();
        findings.add(Assumptions.check(trial.history(), trial.expectations()));
        Asked asked = new Asked(trial);
        for (String check : trial.checks()) {
            try {
                findings.add(check(check, asked, bounds));
            } catch (IllegalArgumentException e) {
                findings.add(undecided(check, String.valueOf(e.getMessage())));
            }
        }
        boolean explains =
                !trial.nodes().isEmpty()
                        && findings.stream()
                                .anyMatch(finding -> finding.verdict() instanceof Verdict.Violated);
        return new Judgement(explains ? explained(findings, asked) : findings);
    }

    /// Says what the nodes recorded of operations without an answer. It changes no verdict.
    private static List<Finding> explained(List<Finding> findings, Asked asked) {
        Fates fates = new Fates(asked.trial.history(), asked.committed());
        return findings.stream()
                .map(finding ->
                        finding.verdict() instanceof Verdict.Violated(String sentence, var evidence)
                                ? new Finding(
                                        finding.check(),
                                        new Verdict.Violated(
                                                sentence,
                                                evidence.stream()
                                                        .map(piece ->
                                                                piece.with(
                                                                        fates.of(
                                                                                piece
                                                                                        .operations())))
                                                        .toList()),
                                        finding.details())
                                : finding)
                .toList();
    }

    /// One check alone, by its name, and nothing about whether the run tested anything.
    ///
    /// @throws IllegalArgumentException when the history has operations that the check does not know
    public Finding check(String check, Trial trial, Bounds bounds) {
        return check(check, new Asked(trial), bounds);
    }

    private Finding check(String check, Asked asked, Bounds bounds) {
        try {
            return named(check, asked, bounds);
        } catch (Exhausted e) {
            return undecided(check, "not decided: " + e.why());
        }
    }

    /// A trial, and what several checks ask of it alike: made once, when the first does.
    private static final class Asked {
        private final Trial trial;
        private @Nullable Committed committed;

        Asked(Trial trial) {
            this.trial = trial;
        }

        Committed committed() {
            Committed known = committed;
            if (known == null) {
                known = new Committed(trial.history(), trial.nodes());
                committed = known;
            }
            return known;
        }
    }

    private Finding named(String check, Asked asked, Bounds bounds) {
        Trial trial = asked.trial;
        if (check.startsWith(LINEARIZABLE)) {
            String name = check.substring(LINEARIZABLE.length());
            Optional<Model<?>> model = Models.named(name);
            return model.isPresent()
                    ? linearizable(check, asked, model.get(), bounds)
                    : undecided(check, "there is no model named \"" + name + "\"");
        }
        return switch (check) {
            case "commit" ->
                    nodes(
                            check,
                            trial,
                            breaches ->
                                    CommitRules.check(
                                            trial.history(),
                                            trial.nodes(),
                                            asked.committed(),
                                            bounds.start(),
                                            breaches),
                            "%d nodes applied one log, and it is what the clients were told");
            case "election" ->
                    nodes(
                            check,
                            trial,
                            breaches ->
                                    ElectionRules.check(trial.nodes(), bounds.start(), breaches),
                            "%d nodes kept one leader a term and one vote a node and term");
            case DeclaredLists.NAME -> DeclaredLists.check(trial.history(), bounds.start());
            case "list-append" -> ListAppend.check(trial.history(), bounds.start());
            case "progress" -> Progress.check(trial);
            case Invariants.NAME -> Invariants.check(trial.history());
            default ->
                    TransactionCheck.of(check, trial.history(), bounds.start())
                            .orElseGet(() ->
                                    undecided(check, "there is no check named \"" + check + "\""));
        };
    }

    private static Finding nodes(
            String check, Trial trial, Consumer<List<Breach>> rules, String kept) {
        long applied = 0;
        long events = 0;
        List<String> notes = new ArrayList<>();
        for (NodeStreams node : trial.nodes()) {
            applied += node.applied().size();
            events += node.events().size();
            node.notes().forEach(note -> notes.add(node.node() + ": " + note));
        }
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("nodes", trial.nodes().size());
        details.put("applied", applied);
        details.put("events", events);
        details.put("notes", notes);
        boolean nothing = check.equals("commit") ? applied == 0 : events == 0;
        if (nothing) {
            String sentence = "the nodes recorded nothing, so there is nothing to check";
            return new Finding(check, new Verdict.Undecided(sentence), details);
        }
        List<Breach> breaches = new ArrayList<>();
        String open = "";
        try {
            rules.accept(breaches);
        } catch (Exhausted e) {
            open = "the rules were not all tried: " + e.why();
        }
        List<Evidence> evidence =
                breaches.stream()
                        .map(breach ->
                                new Evidence(
                                        breach.sentence(), breach.operations(), breach.facts()))
                        .toList();
        details.put("rules broken", breaches.stream().map(Breach::rule).distinct().toList());
        Verdict verdict =
                !breaches.isEmpty()
                        ? new Verdict.Violated(
                                breaches.get(0).rule() + ": " + breaches.get(0).sentence(),
                                evidence)
                        : !open.isEmpty()
                                ? new Verdict.Undecided(open)
                                : new Verdict.Valid(kept.formatted(trial.nodes().size()));
        return new Finding(check, verdict, details);
    }

    private static Finding undecided(String check, String sentence) {
        return new Finding(check, new Verdict.Undecided(sentence), Map.of());
    }

    /// Whether a history is linearizable by a model, which may be one of your own.
    ///
    /// @throws IllegalArgumentException when the model does not know an operation of the history
    public Finding linearizable(String check, History history, Model<?> model, Bounds bounds) {
        return linearizable(
                check,
                new Asked(new Trial(history, List.of(), List.of(check), Expectations.none())),
                model,
                bounds);
    }

    private Finding linearizable(String check, Asked asked, Model<?> model, Bounds bounds) {
        Trial trial = asked.trial;
        History history = trial.history();
        long start = System.nanoTime();
        List<PartResult> parts =
                engine.equals(Linearizability.AUTO) && !trial.nodes().isEmpty()
                        ? Linearizability.check(
                                history, model, new CommitOrder(asked.committed()), bounds)
                        : Linearizability.check(history, model, engine, bounds);
        long decidedNanos = System.nanoTime() - start;
        Budget explaining = bounds.startExplaining();
        List<Witness> witnesses = new ArrayList<>();
        List<int[]> orders = new ArrayList<>();
        List<Evidence> evidence = new ArrayList<>();
        List<Evidence> progress = new ArrayList<>();
        List<Map<String, Object>> keys = new ArrayList<>();
        Map<String, Integer> engines = new TreeMap<>();
        String violated = "";
        String open = "";
        int operations = 0;
        for (PartResult part : parts) {
            String subject = part.key() == null ? "the history" : "key " + Words.value(part.key());
            operations += part.operations();
            engines.merge(part.engine(), 1, Integer::sum);
            Map<String, Object> key = new LinkedHashMap<>();
            key.put("key", part.key() == null ? "" : part.key());
            key.put("operations", part.operations());
            switch (part.decision()) {
                case Decision.Linearizable(int[] order) -> {
                    key.put("verdict", "valid");
                    witnesses.add(new Witness(part.key(), order));
                    orders.add(order);
                }
                case Decision.NotLinearizable(String sentence, int[] core, var ignored) -> {
                    key.put("verdict", "violated");
                    String whole = subject + " is not linearizable: " + sentence;
                    violated = violated.isEmpty() ? whole : violated;
                    evidence.add(new Evidence(whole, boxed(core), List.of()));
                    furthest(
                            key,
                            history,
                            model,
                            Linearizability.furthest(history, model, part, explaining),
                            explaining.part());
                }
                case Decision.Open(String why, Decision.Progress way) -> {
                    key.put("verdict", "undecided");
                    String whole =
                            "%s is undecided: %s; the longest linearizable prefix that was found has %d of %d operations"
                                    .formatted(subject, why, way.order().length, part.operations());
                    open = open.isEmpty() ? whole : open;
                    progress.add(new Evidence(whole, boxed(way.order()), List.of()));
                    furthest(key, history, model, way, explaining.part());
                }
                case Decision.Unfit unfit ->
                        throw new IllegalStateException("no engine decided: " + unfit.why());
            }
            key.put("engine", part.engine());
            key.put("why", part.why());
            key.put("millis", part.nanos() / 1_000_000);
            if (keys.size() < MOST_KEYS_LISTED
                    || part.decision() instanceof Decision.NotLinearizable) {
                keys.add(key);
            }
        }
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("model", model.name());
        details.put("operations", operations);
        details.put("engines", engines);
        details.put("millis", decidedNanos / 1_000_000);
        details.put("keys", keys);
        Optional<Verdict> unproved =
                evidence.isEmpty() && progress.isEmpty()
                        ? replay(history, model, orders, bounds)
                        : Optional.empty();
        Verdict verdict;
        if (!evidence.isEmpty()) {
            String others =
                    evidence.size() == 1
                            ? ""
                            : " (and %d more keys)".formatted(evidence.size() - 1);
            verdict = new Verdict.Violated(violated + others, evidence);
        } else if (!progress.isEmpty()) {
            verdict = new Verdict.Undecided(open, progress);
        } else if (unproved.isPresent()) {
            verdict = unproved.get();
        } else {
            verdict =
                    new Verdict.Valid(
                            "%d %s on %d %s linearizable as %s"
                                    .formatted(
                                            operations,
                                            operations == 1 ? "operation" : "operations",
                                            parts.size(),
                                            (parts.size() == 1 ? "key" : "keys")
                                                    + (operations == 1 ? " is" : " are"),
                                            model.name()),
                            witnesses);
        }
        return new Finding(check, verdict, details);
    }

    /// Plays the witnesses back; nothing when they hold. A checker that is wrong is worse than one that stops.
    private static Optional<Verdict> replay(
            History history, Model<?> model, List<int[]> orders, Bounds bounds) {
        try {
            Verifier.refute(history, model, orders, bounds.start())
                    .ifPresent(problem -> {
                        throw new IllegalStateException(
                                "a witness of ours is wrong, please report this history: "
                                        + problem);
                    });
            return Optional.empty();
        } catch (Exhausted e) {
            return Optional.of(
                    new Verdict.Undecided(
                            "every key has a witness, but playing them back was not finished: "
                                    + e.why()));
        }
    }

    /// The longest order, its last steps with the state after each, and why nothing can come next.
    private static <S> void furthest(
            Map<String, Object> key,
            History history,
            Model<S> model,
            Decision.Progress way,
            Budget budget) {
        int[] order = way.order();
        if (order.length == 0 && way.stuck().isEmpty()) {
            return;
        }
        key.put("prefix", order.length);
        key.put("order", order);
        key.put("stuck", way.stuck());
        try {
            key.put("last", lastSteps(history, model, order, budget));
        } catch (Exhausted e) {
            // Only the states are missing then.
        }
    }

    private static <S> List<Map<String, Object>> lastSteps(
            History history, Model<S> model, int[] order, Budget budget) {
        List<Map<String, Object>> last = new ArrayList<>();
        S state = model.initial();
        for (int place = 0; place < order.length; place++) {
            budget.step();
            S before = state;
            state = model.step(before, Call.of(history, order[place])).orElse(before);
            if (place >= order.length - LAST_STEPS) {
                Map<String, Object> step = new LinkedHashMap<>();
                step.put("operation", order[place]);
                step.put("what", Words.operation(history, order[place]));
                step.put("state", Words.value(state));
                last.add(step);
            }
        }
        return last;
    }

    private static List<Integer> boxed(int[] numbers) {
        List<Integer> boxed = new ArrayList<>(numbers.length);
        for (int number : numbers) {
            boxed.add(number);
        }
        return boxed;
    }
}
