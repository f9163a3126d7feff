package dev.ordeal.checker.model;

import dev.ordeal.checker.history.Result;
import java.util.Optional;

/// A lock with an owner and fencing tokens: `acquire` with the owner as argument answers a token, a number greater than
/// every token before (or nothing, where the lock has none); `release` with the owner as argument, by the owner only.
public record OwnedLock(String name) implements Model<OwnedLock.Held> {
    /// Who holds it, [Absent#ABSENT] for nobody, and the greatest token that is known to have been given out.
    public record Held(Object owner, long token) {}

    @Override
    public Held initial() {
        return new Held(Absent.ABSENT, Long.MIN_VALUE);
    }

    @Override
    public Optional<Held> step(Held state, Call call) {
        return switch (call.f()) {
            case "acquire" ->
                    state.owner != Absent.ABSENT
                            ? Optional.empty()
                            : switch (call.result()) {
                                // Some clients repeat the owner.
                                case Result.Value(Long token) when !token.equals(call.argument()) ->
                                        token > state.token
                                                ? Optional.of(new Held(call.argument(), token))
                                                : Optional.empty();
                                // A token that nobody saw was some number in between.
                                case Result.Value(var other) ->
                                        Optional.of(new Held(call.argument(), state.token));
                                case Result.Unknown() ->
                                        Optional.of(new Held(call.argument(), state.token));
                            };
            case "release" ->
                    state.owner.equals(call.argument()) && state.owner != Absent.ABSENT
                            ? Optional.of(new Held(Absent.ABSENT, state.token))
                            : Optional.empty();
            default -> throw new UnknownOperationException(this, call.f());
        };
    }
}
