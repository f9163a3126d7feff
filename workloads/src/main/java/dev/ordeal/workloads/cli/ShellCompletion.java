package dev.ordeal.workloads.cli;

import dev.ordeal.workloads.cli.ShellLine.Form;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// What can stand next on a line of the shell.
final class ShellCompletion {
    private ShellCompletion() {}

    /// @param before the words on the line so far, without the one that is being typed
    static List<String> of(List<String> before, List<String> peers) {
        Optional<Form> form = Form.of(before);
        if (form.isPresent()) {
            int place = before.size() - form.get().command().split(" ", -1).length;
            return form.get().takesPeer(place) ? peers : List.of();
        }
        Set<String> next = new LinkedHashSet<>();
        for (Form each : Form.values()) {
            List<String> words = List.of(each.command().split(" ", -1));
            if (words.size() > before.size() && words.subList(0, before.size()).equals(before)) {
                next.add(words.get(before.size()));
            }
        }
        return new ArrayList<>(next);
    }
}
