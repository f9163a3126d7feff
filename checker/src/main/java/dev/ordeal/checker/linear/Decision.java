package dev.ordeal.checker.linear;

import java.util.List;

/// What an engine found out about a part. Operations are given by their index in the history.
// The arrays may have ten million entries, and nobody compares decisions.
@SuppressWarnings("ArrayRecordComponent")
public sealed interface Decision {
    /// There is an order, and this is one.
    record Linearizable(int[] order) implements Decision {}

    /// There is none.
    ///
    /// @param sentence what is wrong, for people; empty where the engine cannot say it better than by the core
    /// @param core operations that cannot be put in an order whatever all others did, as small as the engine knows it;
    ///     empty for all
    /// @param progress how far an order can go, empty where the engine did not look
    record NotLinearizable(String sentence, int[] core, Progress progress) implements Decision {}

    /// A bound was hit.
    ///
    /// @param why a clause
    record Open(String why, Progress progress) implements Decision {}

    /// This engine cannot decide this part; another may.
    ///
    /// @param why a clause
    record Unfit(String why) implements Decision {}

    /// How far an order can go.
    ///
    /// @param order the longest order that was found; every operation that returned before `stuck` is in it
    /// @param stuck for each operation that could come next, why it cannot
    record Progress(int[] order, List<String> stuck) {
        static final Progress NONE = new Progress(new int[0], List.of());
    }
}
