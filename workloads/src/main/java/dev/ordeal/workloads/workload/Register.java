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
    public Action next(String key, String fresh, RandomGenerator random) {
        int draw = random.nextInt(100);
        if (draw < 30) {
            return new Action.Read(key);
        }
        return draw < 72 ? new Action.Write(key, fresh) : new Action.CompareAndSet(key, fresh);
    }

    @Override
    public Action change(String key, String fresh) {
        return new Action.Write(key, fresh);
    }
}
