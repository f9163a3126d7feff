package dev.ordeal.workloads.workload;

import java.util.List;
import java.util.random.RandomGenerator;

/// Independent registers: read, write, compare-and-set. With the clients that only read, about half of all operations do: a stale
/// value has to be seen to be found.
public record Register() implements Workload {
    @Override
    public String name() {
        return "register";
    }

    @Override
    public String description() {
        return "independent registers: read, write and compare-and-set of unique values";
    }

    @Override
    public List<String> checks() {
        return List.of("linearizable register", "commit", "election", "progress");
    }

    @Override
    public Action next(String key, String fresh, Emphasis emphasis, RandomGenerator random) {
        return switch (emphasis) {
            case NONE -> next(key, fresh, 30, 42, random);
            case READS -> next(key, fresh, 60, 24, random);
            case CHANGES -> next(key, fresh, 15, 80, random);
            case CONDITIONS -> next(key, fresh, 20, 15, random);
        };
    }

    /// @param reads of a hundred operations
    /// @param writes of a hundred; the rest compares
    private static Action next(
            String key, String fresh, int reads, int writes, RandomGenerator random) {
        int draw = random.nextInt(100);
        if (draw < reads) {
            return new Action.Read(key);
        }
        return draw < reads + writes
                ? new Action.Write(key, fresh)
                : new Action.CompareAndSet(key, fresh);
    }

    @Override
    public Action change(String key, String fresh) {
        return new Action.Write(key, fresh);
    }
}
