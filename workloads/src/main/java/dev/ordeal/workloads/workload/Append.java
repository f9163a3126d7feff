package dev.ordeal.workloads.workload;

import java.util.List;
import java.util.random.RandomGenerator;

/// Lists that only grow: elements are appended, lists are read meanwhile, and every list is read back at the end, so that an
/// acknowledged element that is lost, or there twice, has nowhere to hide.
public record Append() implements Workload {
    @Override
    public String name() {
        return "append";
    }

    @Override
    public String description() {
        return "lists: append of unique elements, read meanwhile and all read back at the end";
    }

    @Override
    public List<String> checks() {
        return List.of("list-append", "linearizable append-list", "commit", "election", "progress");
    }

    @Override
    public Action next(String key, String fresh, Emphasis emphasis, RandomGenerator random) {
        int appends =
                switch (emphasis) {
                    case NONE -> 60;
                    case READS -> 20;
                    case CHANGES, CONDITIONS -> 85;
                };
        return random.nextInt(100) < appends ? new Action.Append(key, fresh) : new Action.Read(key);
    }

    @Override
    public Action change(String key, String fresh) {
        return new Action.Append(key, fresh);
    }
}
