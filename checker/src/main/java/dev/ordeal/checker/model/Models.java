package dev.ordeal.checker.model;

import java.util.List;
import java.util.Optional;

/// The models we ship, by name.
public final class Models {
    private static final List<Model<?>> ALL =
            List.of(
                    new Register("register"),
                    new Register("cas-register"),
                    new KeyValue("kv", Absent.ABSENT),
                    new KeyValue("kv-append", ""),
                    new AppendList("append-list"),
                    new DeclaredList("declared-list"),
                    new MultiRegister("multi-register"),
                    new Mutex("mutex"),
                    new OwnedLock("lock"),
                    new Counter("counter"),
                    new ValueSet("set"),
                    new Queue("queue", Queue.Discipline.FIFO),
                    new Queue("stack", Queue.Discipline.LIFO),
                    new Queue("priority-queue", Queue.Discipline.PRIORITY),
                    new UniqueIds("unique-ids"));

    private Models() {}

    public static List<Model<?>> all() {
        return ALL;
    }

    public static Optional<Model<?>> named(String name) {
        return ALL.stream().filter(model -> model.name().equals(name)).findFirst();
    }
}
