using DataBright.Learning.Examples;
using DataBright.Learning.Networks;
using DataBright.Learning.Shapes;
using DataBright.Learning.Training;

namespace DataBright.Learning.Tests.Examples;

public sealed class TextFitTests
{
    [Fact]
    public void A_text_is_its_bytes_cut_or_filled_up()
    {
        TextFit.Read("ab", 4).ShouldBe([97, 98, 0, 0]);
        TextFit.Read("abcdef", 4).ShouldBe([97, 98, 99, 100]);
        TextFit.Read("é", 2).ShouldBe([0xC3, 0xA9]);
        TextFit.Read("", 1).ShouldBe([0]);
        Should.Throw<ArgumentOutOfRangeException>(() => TextFit.Read("a", 0));
    }

    [Fact]
    public void A_text_asks_as_the_same_text_was_learned()
    {
        var learned = JsonLinesFile.ParseText(new MemoryStream("""{"text":"naïve","label":0}"""u8.ToArray()), "one", 16);
        TextFit.Read("naïve", 16).ShouldBe(learned.Examples.Features.ToArray());
    }

    [Theory]
    [InlineData(1, 1, 64, true)]
    [InlineData(1, 1, 7, false)]
    [InlineData(64, 1, 1, false)]
    [InlineData(1, 28, 28, false)]
    public void Only_a_long_row_can_be_a_text(int channels, int height, int width, bool takes) =>
        TextFit.Takes(new ExampleShape(channels, height, width)).ShouldBe(takes);

    [Fact]
    public void The_text_classifier_tells_questions_from_numbers()
    {
        string[] openings = ["who", "what", "when", "where", "why", "how"];
        var texts = Enumerable.Range(0, 120)
            .Select(i => i % 2 == 0 ? $"{openings[i / 2 % 6]} is number {i}?" : $"{i * 7919} and {i * 104_729}").ToArray();
        var examples = new ExampleSet(new ExampleShape(1, 1, 64), texts.SelectMany(text => TextFit.Read(text, 64)).ToArray(),
            Enumerable.Range(0, 120).Select(i => i % 2).ToArray());
        var plan = new TrainingPlan(Architectures.TextClassifier, Optimiser.AdamW(0.003f), 20, 4, 1);
        using var run = new TrainingRun(plan, examples.Slice(0, 80));
        while (!run.IsComplete) run.Next();
        Evaluation.Measure(plan.Architecture, run.Parameters(), examples.Slice(80, 40)).Value.ShouldBeGreaterThan(0.95);
    }
}
