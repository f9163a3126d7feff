package dev.ordeal.workloads.workload;

import java.util.List;
import java.util.random.RandomGenerator;

/// Rounds of a group that elects who is suspicious: in each, several clients declare a list of names, as leaders that follow
/// each other do, and everybody asks which one it is. One of the lists is the round's, for everybody and for ever.
public record Sus() implements Workload {
    /// So many operations of the run are about one round, until the next one begins.
    private static final int OPERATIONS_A_ROUND = 50;

    @Override
    public String name() {
        return "sus";
    }

    @Override
    public String description() {
        return "rounds of lists: each declared by several, decided once, read by everybody";
    }

    @Override
    public List<String> checks() {
        return List.of(
                "declared-lists", "linearizable declared-list", "commit", "election", "progress");
    }

    @Override
    public Action next(String key, String fresh, Emphasis emphasis, RandomGenerator random) {
        int declares =
                switch (emphasis) {
                    case NONE -> 25;
                    case READS -> 10;
                    case CHANGES, CONDITIONS -> 60;
                };
        String round = "round " + (1 + Integer.parseInt(fresh) / OPERATIONS_A_ROUND);
        return random.nextInt(100) < declares
                ? new Action.Declare(round, names(fresh))
                : new Action.Read(round);
    }

    /// A round of its own: the others may be decided.
    @Override
    public Action change(String key, String fresh) {
        return new Action.Declare("demand " + fresh, names(fresh));
    }

    /// A list that no other operation declares.
    private static List<String> names(String fresh) {
        return List.of("Charlie " + fresh, "Eve " + fresh, "Bob " + fresh);
    }
}
