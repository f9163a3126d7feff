package dev.ordeal.checker.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ordeal.checker.history.Outcome;
import dev.ordeal.checker.history.Result;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What each model allows and what not, side by side. A step is `f argument = answer`; without an answer nobody knows it.
final class ModelTablesTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    queue          | enqueue 1; enqueue 2; dequeue = 1; dequeue = 2; dequeue = null | valid
                    queue          | enqueue 1; enqueue 2; dequeue = 2                              | invalid
                    queue          | enqueue 1; dequeue = null                                      | invalid
                    queue          | enqueue 1; dequeue; dequeue = null                             | valid
                    queue          | dequeue = 1                                                    | invalid
                    stack          | push 1; push 2; pop = 2; pop = 1; pop = null                   | valid
                    stack          | push 1; push 2; pop = 1                                        | invalid
                    stack          | push 1; pop; pop = 1                                           | invalid
                    priority-queue | insert 3; insert 1; insert 2; poll = 1; poll = 2; poll = 3     | valid
                    priority-queue | insert 3; insert 1; poll = 3                                   | invalid
                    priority-queue | insert 10; insert 9; poll = 9                                  | valid
                    priority-queue | insert "b"; insert "a"; insert 7; poll = 7; poll = "a"         | valid
                    counter        | read = 0; increment; add 4; decrement; read = 4                | valid
                    counter        | increment; read = 0                                            | invalid
                    counter        | add 4 = 4; add 4 = 4; read = 8                                 | valid
                    counter        | add-and-get 4 = 4; add-and-get 4 = 8                           | valid
                    counter        | add-and-get 4 = 4; add-and-get 4 = 4                           | invalid
                    set            | add 1; add 2; read = [2,1]; contains 1 = true                  | valid
                    set            | add 1; read = []                                               | invalid
                    set            | add 1; read = [1,1]                                            | invalid
                    set            | add 1; add 2; read = [1,1]                                     | invalid
                    set            | read = null; read = []; contains 1 = false                     | valid
                    set            | add 1 = true; add 1 = false; remove 1 = true; remove 1 = false | valid
                    set            | add 1 = true; add 1 = true                                     | invalid
                    set            | add 1; remove 1; contains 1 = true                             | invalid
                    mutex          | acquire; release; acquire                                      | valid
                    mutex          | acquire; acquire                                               | invalid
                    mutex          | release                                                        | invalid
                    lock           | acquire "a" = 1; release "a"; acquire "b" = 2                  | valid
                    lock           | acquire "a" = 1; acquire "b" = 2                               | invalid
                    lock           | acquire "a" = 1; release "b"                                   | invalid
                    lock           | acquire "a" = 2; release "a"; acquire "b" = 2                  | invalid
                    lock           | acquire "a" = 2; release "a"; acquire "b"; release "b"; acquire "a" = 3 | valid
                    lock           | acquire "a"; release "a"; release "a"                          | invalid
                    unique-ids     | generate = 1; generate = "1"; generate; generate = 2           | valid
                    unique-ids     | generate = 1; generate = 2; generate = 1                       | invalid
                    multi-register | write {"x":1,"y":2}; read = {"x":1}; read = {"y":2,"z":null}   | valid
                    multi-register | write {"x":1,"y":2}; write {"x":3}; read = {"x":3,"y":1}       | invalid
                    multi-register | txn [["w","x",1],["r","x",null]] = [["w","x",1],["r","x",1]]   | valid
                    multi-register | txn [["r","x",null]] = [["r","x",1]]                           | invalid
                    multi-register | txn [["w","x",1],["r","y",null]]; read = {"x":1}               | valid
                    kv             | put 1; delete; get = null; increment = 1; increment 4 = 5; get = 5 | valid
                    kv             | put 1; delete; get = 1                                         | invalid
                    kv             | increment = 1; increment = 1                                   | invalid
                    kv             | increment 2 = 2; delete; increment 2 = 4                       | invalid
                    kv             | increment "2" = "2"; get = "2"; cas ["2","7"]; increment "-9" = "-2" | valid
                    kv             | increment "2"; get = 2                                         | invalid
                    kv             | put "5"; increment = "6"                                       | valid
                    kv             | put "05"; increment                                            | invalid
                    kv             | put "x"; increment                                             | invalid
                    kv             | put 9223372036854775807; increment                             | invalid
                    kv-append      | increment = 1; put ""; increment = 1                           | valid
                    append-list    | append 1; append 2; read = [1,2]                               | valid
                    append-list    | append 1; append 2; read = [2,1]                               | invalid
                    """)
    void allows(String model, String steps, String expected) throws Exception {
        assertThat(run(Models.named(model).orElseThrow(), steps) ? "valid" : "invalid")
                .isEqualTo(expected);
    }

    @Test
    void everyModelSaysWhatItDoesNotKnow() {
        for (Model<?> model : Models.all()) {
            assertThatThrownBy(() -> run(model, "frobnicate"))
                    .as(model.name())
                    .hasMessageContaining("the model " + model.name() + " has no operation")
                    .isInstanceOf(UnknownOperationException.class);
        }
    }

    private static <S> boolean run(Model<S> model, String steps) throws Exception {
        S state = model.initial();
        for (String step : steps.split(";", -1)) {
            String[] sides = step.trim().split(" = ", 2);
            String[] words = sides[0].split(" ", 2);
            Call call =
                    new Call(
                            words[0],
                            Absent.ABSENT,
                            words.length == 1 ? Absent.ABSENT : json(words[1]),
                            sides.length == 1
                                    ? new Result.Unknown()
                                    : new Result.Value(json(sides[1])),
                            sides.length == 1 ? Outcome.UNKNOWN : Outcome.OK);
            Optional<S> next = model.step(state, call);
            if (next.isEmpty()) {
                return false;
            }
            if (model.readOnly(call)) {
                assertThat(next.get()).as(step).isEqualTo(state);
            }
            state = next.get();
        }
        return true;
    }

    private static Object json(String text) throws Exception {
        return visible(JSON.readValue(text, Object.class));
    }

    /// As [Call#of] would show it.
    private static Object visible(@Nullable Object value) {
        return switch (value) {
            case null -> Absent.ABSENT;
            case Integer number -> number.longValue();
            case List<?> list -> {
                List<Object> copy = new ArrayList<>();
                list.forEach(element -> copy.add(visible(element)));
                yield copy;
            }
            case Map<?, ?> map -> {
                Map<Object, Object> copy = new LinkedHashMap<>();
                map.forEach((k, v) -> copy.put(k, visible(v)));
                yield copy;
            }
            default -> value;
        };
    }
}
