package dev.ordeal.checker.model;

import java.util.Map;
import java.util.Optional;

/// What a correct object does when operations come one after the other. States must be immutable and have `equals` and
/// `hashCode`. Implementations are pure: any thread, any number of times.
///
/// @param <S> the state
public interface Model<S> {
    /// The name on the command line: `cas-register`.
    String name();

    /// The state before the first operation.
    S initial();

    /// The state after a call, or empty when the object cannot have answered so in this state. A call whose outcome is
    /// unknown is only asked about as if it happened; a call that would change nothing may answer the same state or empty.
    Optional<S> step(S state, Call call);

    /// Whether a call can never change any state, whatever it answers: a read, a compare-and-set that did not match.
    /// The search takes such calls the moment they fit. False is always safe.
    default boolean readOnly(Call call) {
        return false;
    }

    /// Whether a state may still become one in which a call fits, by calls that do not [rescue][#rescues] it. The search
    /// leaves a state from which some call that must fit never will; true is always safe, and what is false of a state
    /// in which the call fits is wrong.
    default boolean leadsTo(S state, Call goal) {
        return true;
    }

    /// Whether a call can make of a state that does not [lead][#leadsTo] to another call one that does. True is always
    /// safe; false is a promise for all states in which the call fits.
    default boolean rescues(Call call, Call goal) {
        return true;
    }

    /// Whether a call does not care for the state: it fits in every one, and where it [rescues][#rescues] a state it leaves
    /// the same whatever was there. States that lead to no other call are one to the search. False is always safe.
    default boolean blind(Call call) {
        return false;
    }

    /// Whether operations on different keys are independent, so that each key can be judged by itself.
    default boolean byKey() {
        return true;
    }

    /// Which kinds of operation are reads, writes and compare-and-sets of one register per key whose first value is
    /// [#initial]. A history in which only these occur, and no value is written twice, is judged without a search.
    default Map<String, Access> accesses() {
        return Map.of();
    }
}
