package dev.ordeal.results.report;

import dev.ordeal.checker.Evidence;
import dev.ordeal.checker.Finding;
import dev.ordeal.checker.Judgement;
import dev.ordeal.checker.Verdict;
import dev.ordeal.checker.commit.NodeStreams;
import dev.ordeal.checker.history.History;
import dev.ordeal.results.record.RunFacts;
import java.io.StringWriter;
import java.util.List;
import java.util.Locale;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;
import org.jspecify.annotations.Nullable;

/// The judgement as JUnit XML, in the shape that Maven's Surefire writes and build servers read: a test case a check,
/// violated as failure, undecided as error.
public final class JUnitReport {
    private JUnitReport() {}

    /// The whole document.
    ///
    /// @param facts null where only a history was judged
    public static String of(
            @Nullable RunFacts facts,
            History history,
            List<NodeStreams> nodes,
            Judgement judgement) {
        String suite = facts == null ? "ordeal" : "ordeal." + facts.workload();
        StringWriter text = new StringWriter();
        try {
            XMLStreamWriter xml = XMLOutputFactory.newFactory().createXMLStreamWriter(text);
            xml.writeStartDocument("UTF-8", "1.0");
            newline(xml, 0);
            xml.writeStartElement("testsuite");
            xml.writeAttribute("name", clean(suite));
            xml.writeAttribute(
                    "time",
                    seconds(
                            judgement.findings().stream()
                                    .mapToDouble(f -> Math.max(0, Findings.millis(f)))
                                    .sum()));
            xml.writeAttribute("tests", Integer.toString(judgement.findings().size()));
            xml.writeAttribute(
                    "errors",
                    Long.toString(
                            judgement.findings().stream()
                                    .filter(f -> f.verdict() instanceof Verdict.Undecided)
                                    .count()));
            xml.writeAttribute("skipped", "0");
            xml.writeAttribute("failures", Integer.toString(judgement.violated().size()));
            if (facts != null) {
                newline(xml, 1);
                xml.writeStartElement("properties");
                property(xml, "ordeal.command", facts.command());
                property(xml, "ordeal.seed", Long.toString(facts.seed()));
                property(xml, "ordeal.cluster", facts.cluster());
                property(xml, "ordeal.startedAt", facts.startedAt());
                newline(xml, 1);
                xml.writeEndElement();
            }
            for (Finding finding : judgement.findings()) {
                testcase(xml, suite, history, finding);
            }
            newline(xml, 1);
            xml.writeStartElement("system-out");
            xml.writeCharacters(clean(TextReport.of(facts, history, nodes, judgement)));
            xml.writeEndElement();
            newline(xml, 0);
            xml.writeEndElement();
            newline(xml, 0);
            xml.writeEndDocument();
        } catch (XMLStreamException e) {
            throw new IllegalStateException("writing to memory failed", e);
        }
        return text.toString();
    }

    private static void testcase(
            XMLStreamWriter xml, String suite, History history, Finding finding)
            throws XMLStreamException {
        newline(xml, 1);
        xml.writeStartElement("testcase");
        xml.writeAttribute("name", clean(finding.check()));
        xml.writeAttribute("classname", clean(suite));
        xml.writeAttribute("time", seconds(Math.max(0, Findings.millis(finding))));
        String problem =
                switch (finding.verdict()) {
                    case Verdict.Valid ignored -> "";
                    case Verdict.Violated ignored -> "failure";
                    case Verdict.Undecided ignored -> "error";
                };
        if (!problem.isEmpty()) {
            newline(xml, 2);
            xml.writeStartElement(problem);
            xml.writeAttribute("message", clean(finding.verdict().sentence()));
            xml.writeAttribute("type", finding.verdict().label());
            xml.writeCharacters(clean(words(history, finding)));
            xml.writeEndElement();
            newline(xml, 1);
        }
        xml.writeEndElement();
    }

    private static String words(History history, Finding finding) {
        StringBuilder text = new StringBuilder(finding.verdict().sentence());
        for (Evidence piece : Findings.evidence(finding)) {
            text.append("\n\n");
            TextReport.evidence(text, "", finding, piece, history, finding.verdict().sentence());
        }
        return text.toString().stripTrailing();
    }

    private static void property(XMLStreamWriter xml, String name, String value)
            throws XMLStreamException {
        newline(xml, 2);
        xml.writeEmptyElement("property");
        xml.writeAttribute("name", name);
        xml.writeAttribute("value", clean(value));
    }

    private static void newline(XMLStreamWriter xml, int depth) throws XMLStreamException {
        xml.writeCharacters("\n" + "  ".repeat(depth));
    }

    private static String seconds(double millis) {
        return String.format(Locale.ROOT, "%.3f", millis / 1000);
    }

    /// XML 1.0 cannot hold these characters at all, not even escaped.
    private static String clean(String text) {
        return text.codePoints()
                .map(c -> allowed(c) ? c : 0xFFFD)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private static boolean allowed(int c) {
        return c == '\t'
                || c == '\n'
                || (c >= 0x20 && c < 0xD800)
                || (c >= 0xE000 && c < 0xFFFE)
                || c > 0xFFFF;
    }
}
