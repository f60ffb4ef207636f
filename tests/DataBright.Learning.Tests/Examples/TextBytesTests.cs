using DataBright.Learning.Examples;
using DataBright.Learning.Networks;
using DataBright.Learning.Shapes;
using DataBright.Learning.Training;

namespace DataBright.Learning.Tests.Examples;

public sealed class TextBytesTests
{
    [Fact]
    public void A_text_is_its_bytes_cut_or_filled_up()
    {
        var examples = TextBytes.Of(["", "aé", "abcdef"], [0, 1, 2], 4);
        examples.Shape.ShouldBe(new ExampleShape(1, 1, 4));
        examples.Features.ToArray().ShouldBe([0, 0, 0, 0, 97, 0xC3, 0xA9, 0, 97, 98, 99, 100]);
        Should.Throw<ArgumentException>(() => TextBytes.Of(["a"], [], 4));
    }

    [Fact]
    public void The_text_classifier_tells_questions_from_numbers()
    {
        string[] openings = ["who", "what", "when", "where", "why", "how"];
        var texts = Enumerable.Range(0, 120).Select(i => i % 2 == 0 ? $"{openings[i / 2 % 6]} is number {i}?" : $"{i * 7919} and {i * 104_729}").ToArray();
        var examples = TextBytes.Of(texts, [.. Enumerable.Range(0, 120).Select(i => i % 2)], 64);
        var plan = new TrainingPlan(Architectures.TextClassifier, Optimiser.AdamW(0.003f), 20, 4, 1);
        using var run = new TrainingRun(plan, examples.Slice(0, 80));
        while (!run.IsComplete) run.Next();
        Evaluation.Measure(plan.Architecture, run.Parameters(), examples.Slice(80, 40)).Value.ShouldBeGreaterThan(0.95);
    }
}
