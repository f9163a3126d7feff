package dev.ordeal.checker.history;

/// How to read what other tools' files leave open.
///
/// @param nilIsUnknown whether a successful read of `nil` means "any value" (as Knossos has it) instead of *absent*
/// @param tuples whether every value is `[key value]`, as Jepsen's independent workloads write them
/// @param refusals whether a failed compare-and-set without an error says that it found another value, instead of
///     only that it did not happen
public record Import(boolean nilIsUnknown, boolean tuples, boolean refusals) {
    /// What a format means when nobody says otherwise: nil is absent; only logs, whose writer fails a compare-and-set for no
    /// other reason, have refusals.
    public static Import of(Format format) {
        return new Import(false, false, format == Format.JEPSEN_LOG);
    }

    public Import withNilUnknown(boolean unknown) {
        return new Import(unknown, tuples, refusals);
    }

    public Import withTuples(boolean keyed) {
        return new Import(nilIsUnknown, keyed, refusals);
    }

    public Import withRefusals(boolean observed) {
        return new Import(nilIsUnknown, tuples, observed);
    }
}
