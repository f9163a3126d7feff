package dev.ordeal.workloads.board;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.ordeal.checker.Finding;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// How the hunt for one bug ended.
///
/// @param bug its name, that of a slow variant, or [#CORRECT]
/// @param planted whether something is wrong with the service that was hunted
/// @param found whether a promise was seen broken
/// @param checks that found it
/// @param workload it was found with; null: it was not
/// @param seed it was found with
/// @param runs until then, or in all
/// @param seconds until then, or in all
/// @param strikes of the smallest schedule that still shows it; null: not shrunk
/// @param operations of that schedule
/// @param sentence what is violated, of the first check that found it
/// @param client what a client saw; null if only the nodes' own records show it
/// @param remark why it was not hunted here, or null
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Row(
        String bug,
        boolean planted,
        boolean found,
        List<String> checks,
        @Nullable String workload,
        @Nullable Long seed,
        long runs,
        double seconds,
        @Nullable Integer strikes,
        @Nullable Integer operations,
        @Nullable String sentence,
        @Nullable String client,
        @Nullable String remark) {
    /// These look into the nodes; all others judge by what clients saw.
    private static final Set<String> OF_THE_NODES = Set.of("commit", "election", "invariants");

    /// The service as it is.
    public static final String CORRECT = "(none)";

    public Row {
        checks = List.copyOf(checks);
    }

    /// A run in which these checks saw a promise broken.
    ///
    /// @param violated at least one
    public static Row found(
            String bug,
            boolean planted,
            List<Finding> violated,
            String workload,
            long seed,
            long runs,
            double seconds) {
        return new Row(
                bug,
                planted,
                true,
                violated.stream().map(Finding::check).toList(),
                workload,
                seed,
                runs,
                seconds,
                null,
                null,
                violated.getFirst().verdict().sentence(),
                clientsSentence(violated),
                null);
    }

    /// What a client can know of it.
    private static @Nullable String clientsSentence(List<Finding> violated) {
        return violated.stream()
                .filter(finding -> !OF_THE_NODES.contains(finding.check()))
                .map(finding -> finding.verdict().sentence())
                .findFirst()
                .orElse(null);
    }

    /// The same, with the size of the smallest schedule that shows it.
    Row shrunkTo(int smallestStrikes, int smallestOperations) {
        return new Row(
                bug,
                planted,
                found,
                checks,
                workload,
                seed,
                runs,
                seconds,
                smallestStrikes,
                smallestOperations,
                sentence,
                client,
                remark);
    }

    /// The budget is spent.
    public static Row notFound(String bug, boolean planted, long runs, double seconds) {
        return new Row(
                bug, planted, false, List.of(), null, null, runs, seconds, null, null, null, null,
                null);
    }

    /// A bug that this kind of cluster cannot show, and why.
    public static Row notHunted(String bug, String remark) {
        return new Row(
                bug, true, false, List.of(), null, null, 0, 0, null, null, null, null, remark);
    }
}
