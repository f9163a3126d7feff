package dev.ordeal.node.bug;

import dev.ordeal.node.machine.Declarations;
import java.util.ArrayList;
import java.util.List;

/// A list that is declared for a round that has one is added behind it (susproto, where each new leader declares its own). What
/// the group agreed on then depends on how often leadership moved.
final class SecondDeclaration implements Planted {
    static final Bug BUG =
            new Bug(
                    "second-declaration",
                    "a later leader's list is added behind the one that was declared for the round",
                    "susproto",
                    "Declarations.again (a value is chosen once)",
                    List.of(Check.LINEARIZABILITY, Check.DECLARED_LISTS),
                    "declare a round's list twice, as a later leader does, and read it meanwhile",
                    SecondDeclaration::new);

    @Override
    public Declarations declarations() {
        return new Declarations() {
            @Override
            public List<String> again(List<String> declared, List<String> proposed) {
                List<String> both = new ArrayList<>(declared);
                proposed.stream().filter(name -> !declared.contains(name)).forEach(both::add);
                return both;
            }
        };
    }
}
