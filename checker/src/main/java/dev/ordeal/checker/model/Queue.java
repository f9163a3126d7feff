package dev.ordeal.checker.model;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/// A container that one adds elements to and takes them out of, one at a time, in the order its discipline says. Taking
/// from an empty one answers absent. `enqueue`, `push` and `insert` add; `dequeue`, `pop` and `poll` take.
public record Queue(String name, Discipline discipline) implements Model<List<Object>> {
    /// Which element is taken next.
    public enum Discipline {
        /// The oldest.
        FIFO,
        /// The youngest.
        LIFO,
        /// The smallest number, or the first text; the oldest of equals.
        PRIORITY
    }

    @Override
    public List<Object> initial() {
        return List.of();
    }

    /// Elements stand in the order in which they are taken.
    @Override
    public Optional<List<Object>> step(List<Object> state, Call call) {
        if (adds(call.f())) {
            List<Object> more = new ArrayList<>(state);
            more.add(place(state, call.argument()), call.argument());
            return Optional.of(Collections.unmodifiableList(more));
        }
        if (!takes(call.f())) {
            throw new UnknownOperationException(this, call.f());
        }
        if (state.isEmpty()) {
            return call.couldAnswer(Absent.ABSENT) ? Optional.of(state) : Optional.empty();
        }
        return call.couldAnswer(state.getFirst())
                ? Optional.of(List.copyOf(state.subList(1, state.size())))
                : Optional.empty();
    }

    private int place(List<Object> state, Object element) {
        return switch (discipline) {
            case FIFO -> state.size();
            case LIFO -> 0;
            case PRIORITY -> {
                int place = 0;
                while (place < state.size() && compare(state.get(place), element) <= 0) {
                    place++;
                }
                yield place;
            }
        };
    }

    /// Whether this kind of operation adds its argument.
    public static boolean adds(String f) {
        return f.equals("enqueue") || f.equals("push") || f.equals("insert");
    }

    /// Whether this kind of operation takes an element and answers it.
    public static boolean takes(String f) {
        return f.equals("dequeue") || f.equals("pop") || f.equals("poll");
    }

    /// Numbers by size, before texts, by the order of their characters.
    public static int compare(Object a, Object b) {
        if (a instanceof Long x && b instanceof Long y) {
            return x.compareTo(y);
        }
        if (a instanceof Number x && b instanceof Number y) {
            return Double.compare(x.doubleValue(), y.doubleValue());
        }
        if (a instanceof Number || b instanceof Number) {
            return a instanceof Number ? -1 : 1;
        }
        return a.toString().compareTo(b.toString());
    }
}
