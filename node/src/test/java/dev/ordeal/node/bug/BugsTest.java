package dev.ordeal.node.bug;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordeal.node.raft.Effect;
import dev.ordeal.node.raft.Event;
import dev.ordeal.node.raft.Persisted;
import dev.ordeal.node.raft.Rules;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BugsTest {
    @Test
    void aBugIsFoundByItsId() {
        for (var bug : Bugs.ALL) assertThat(Bugs.find(bug.id())).contains(bug);
        assertThat(Bugs.find("no-such-bug")).isEmpty();
    }

    @Test
    void everyBugIsNamedOnceSaysWhatItIsAndWhatShouldFindIt() {
        assertThat(Bugs.ALL)
                .extracting(Bug::id)
                .doesNotHaveDuplicates()
                .allMatch(id -> id.matches("[a-z0-9-]+"));
        assertThat(Bugs.ALL)
                .allSatisfy(bug -> {
                    assertThat(bug.wrong()).isNotBlank();
                    assertThat(bug.hadBy()).isNotBlank();
                    assertThat(bug.breaks()).isNotBlank();
                    assertThat(bug.exposedBy()).isNotBlank();
                    assertThat(bug.foundBy()).isNotEmpty();
                });
    }

    @Test
    void everyNodeThatStartsGetsABugOfItsOwn() {
        for (var bug : Bugs.ALL) assertThat(bug.planted().get()).isNotSameAs(bug.planted().get());
    }

    @Test
    void withNothingPlantedNothingIsChanged() {
        var persisted = new Persisted(3, null, List.of());
        List<Effect> effects = List.of(new Effect.Refused(1, null));
        Waiting<String> client =
                new Waiting<>() {
                    @Override
                    public void accepted(long index) {}

                    @Override
                    public void applied(long index, String result) {}
                };
        assertThat(Planted.NOTHING.rules().getClass()).isEqualTo(Rules.class);
        assertThat(Planted.NOTHING.recovered(persisted)).isSameAs(persisted);
        assertThat(Planted.NOTHING.effects(new Event.Tick(), effects)).isSameAs(effects);
        assertThat(Planted.NOTHING.waiting(client, Optional.of("done"))).isSameAs(client);
    }
}
