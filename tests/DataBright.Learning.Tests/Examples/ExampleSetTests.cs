using DataBright.Learning.Examples;

namespace DataBright.Learning.Tests.Examples;

public sealed class ExampleSetTests
{
    private static readonly ExampleSet Four = new(new(1, 1, 2), new float[] { 0, 1, 2, 3, 4, 5, 6, 7 }, new[] { 0, 1, 2, 3 });

    [Fact]
    public void A_slice_a_selection_and_a_concatenation_keep_values_and_labels_together()
    {
        Four[2].ToArray().ShouldBe([4f, 5f]);
        var slice = Four.Slice(1, 2);
        slice.Features.ToArray().ShouldBe([2f, 3f, 4f, 5f]);
        slice.Labels.ToArray().ShouldBe([1, 2]);
        var selection = Four.Select([3, 0, 3]);
        selection.Features.ToArray().ShouldBe([6f, 7f, 0f, 1f, 6f, 7f]);
        selection.Labels.ToArray().ShouldBe([3, 0, 3]);
        var joined = ExampleSet.Concat([slice, selection, Four.Slice(0, 0)]);
        joined.Count.ShouldBe(5);
        joined.Features.ToArray().ShouldBe([2f, 3f, 4f, 5f, 6f, 7f, 0f, 1f, 6f, 7f]);
        joined.Labels.ToArray().ShouldBe([1, 2, 3, 0, 3]);
    }

    [Fact]
    public void Values_that_do_not_match_the_labels_are_refused()
    {
        Should.Throw<ArgumentException>(() => new ExampleSet(new(1, 1, 2), new float[3], new int[1]));
        Should.Throw<ArgumentException>(() => new ExampleSet(new(1, 1, 1), new float[1], new[] { -1 }));
        Should.Throw<ArgumentException>(() => new ExampleSet(new(0, 1, 1), default, default));
        Should.Throw<ArgumentException>(() => ExampleSet.Concat([]));
        Should.Throw<ArgumentException>(() => ExampleSet.Concat([Four, new ExampleSet(new(2, 1, 1), new float[2], new int[1])]));
    }
}
