package dev.ordeal.checker.linear;

import dev.ordeal.checker.bounds.Bounds;
import dev.ordeal.checker.bounds.Budget;
import dev.ordeal.checker.bounds.Exhausted;
import dev.ordeal.checker.history.History;
import dev.ordeal.checker.history.Outcome;
import dev.ordeal.checker.history.Values;
import dev.ordeal.checker.model.Model;
import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/// The operations of one independent object, in the order of their invocations: what an [Engine] decides.
///
/// Operations that certainly had no effect and saw nothing are left out. The others are *required*, when their client knows
/// that they happened (or saw something), or *optional*, when they may have happened. A part made by [#weakened] has fewer
/// required operations than its history.
public final class Part {
    private final History history;
    private final int key;
    private final int[] operations;
    private final @Nullable BitSet weakened;

    private Part(History history, int key, int[] operations, @Nullable BitSet weakened) {
        this.history = history;
        this.key = key;
        this.operations = operations;
        this.weakened = weakened;
    }

    /// Splits a history by key, or not at all for a model of one object. Parts come in the order of their first operations.
    public static Part[] split(History history, Model<?> model) {
        return split(history, model, Bounds.defaults().start());
    }

    /// @throws Exhausted when that takes too much
    static Part[] split(History history, Model<?> model, Budget budget) {
        int n = history.size();
        int keys = model.byKey() ? history.values().size() + 1 : 1;
        budget.take(8L * keys + 4L * n);
        int[] count = new int[keys];
        for (int i = 0; i < n; i++) {
            budget.step();
            if (takesPart(history, i)) {
                count[slot(history, model, i)]++;
            }
        }
        int[] partOfKey = new int[keys];
        Arrays.fill(partOfKey, -1);
        int parts = 0;
        int[][] operations = new int[16][];
        int[] keyOfPart = new int[16];
        int[] filled = new int[16];
        for (int i = 0; i < n; i++) {
            budget.step();
            if (!takesPart(history, i)) {
                continue;
            }
            int slot = slot(history, model, i);
            int part = partOfKey[slot];
            if (part < 0) {
                part = parts++;
                if (part == operations.length) {
                    operations = Arrays.copyOf(operations, part * 2);
                    keyOfPart = Arrays.copyOf(keyOfPart, part * 2);
                    filled = Arrays.copyOf(filled, part * 2);
                }
                partOfKey[slot] = part;
                keyOfPart[part] = slot - 1;
                operations[part] = new int[count[slot]];
            }
            operations[part][filled[part]++] = i;
        }
        Part[] split = new Part[parts];
        for (int part = 0; part < parts; part++) {
            split[part] = new Part(history, keyOfPart[part], operations[part], null);
        }
        return split;
    }

    private static int slot(History history, Model<?> model, int i) {
        return model.byKey() ? history.keyId(i) + 1 : 0;
    }

    private static boolean takesPart(History history, int i) {
        return history.outcome(i) != Outcome.FAILED || history.observed(i);
    }

    /// How many operations there are.
    public int size() {
        return operations.length;
    }

    public History history() {
        return history;
    }

    /// The index in the history of an operation of this part.
    public int operation(int i) {
        return operations[i];
    }

    /// The place in this part of an operation of the history.
    int place(int operation) {
        return Arrays.binarySearch(operations, operation);
    }

    /// The key that all operations share, or null where the history has none.
    public @Nullable Object key() {
        return key == Values.NONE ? null : history.values().get(key);
    }

    public int invokeRank(int i) {
        return history.invokeRank(operations[i]);
    }

    /// [History#NEVER] for an optional operation.
    public int returnRank(int i) {
        return required(i) ? history.returnRank(operations[i]) : History.NEVER;
    }

    /// Whether the operation must be in the order.
    public boolean required(int i) {
        return history.outcome(operations[i]) != Outcome.UNKNOWN
                && (weakened == null || !weakened.get(i));
    }

    /// Whether it is a failed compare-and-set that saw another value.
    public boolean observed(int i) {
        return history.observed(operations[i]);
    }

    /// An operation in words.
    String words(int i) {
        return Words.operation(history, operations[i]);
    }

    /// A violation that is shown by operations of this part.
    Decision violated(String sentence, int... places) {
        int[] core = new int[places.length];
        Arrays.setAll(core, k -> operations[places[k]]);
        return new Decision.NotLinearizable(sentence, core, Decision.Progress.NONE);
    }

    /// A part with some operations of this one, of which some are no longer required: whatever they did is left open.
    ///
    /// @param kept places in this part, ascending
    /// @param required which of these places stay required
    Part weakened(int[] kept, BitSet required) {
        int[] some = new int[kept.length];
        BitSet weak = new BitSet(kept.length);
        for (int i = 0; i < kept.length; i++) {
            some[i] = operations[kept[i]];
            weak.set(i, !required.get(kept[i]));
        }
        return new Part(history, key, some, weak);
    }
}
