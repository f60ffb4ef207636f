using DataBright.Learning.Aggregation;
using DataBright.Learning.Checkpoints;
using DataBright.Learning.Networks;
using DataBright.Learning.Training;

namespace DataBright.Learning.Tests.Checkpoints;

public sealed class CheckpointTests
{
    private static Checkpoint Of(params float[] values) => new([new Tensor("w", [values.Length], values)]);

    private static float[] Mean(params (Checkpoint, long)[] parts) => FedAvg.Of(parts).Find("w")!.Values.ToArray();

    [Fact]
    public void The_mean_is_weighted_and_rounded_once()
    {
        Mean((Of(1f, 10f), 1), (Of(4f, -20f), 2)).ShouldBe([3f, -10f]);
        Mean((Of(0.1f), 7)).ShouldBe([0.1f]);
        // 2^24 + 1 does not fit binary32: only a sum in binary64 gets the mean of these right.
        Mean((Of(16777216f), 1), (Of(2f), 1)).ShouldBe([8388609f]);
    }

    [Fact]
    public void The_mean_of_equal_checkpoints_is_that_checkpoint()
    {
        var checkpoint = Initialisation.Draw(Architectures.LeNet5, 3);
        FedAvg.Of([(checkpoint, 500), (checkpoint, 1250), (checkpoint, 3)]).Hash.ShouldBe(checkpoint.Hash);
    }

    [Fact]
    public void The_bits_of_a_mean_do_not_change()
    {
        var parts = Enumerable.Range(0, 5).Select(i => (Initialisation.Draw(Architectures.LeNet5, (ulong)i), 17L + 1000 * i));
        FedAvg.Of([.. parts]).Hash.ToString().ShouldBe("db40bd037d7f60e27101a7460cae4ebf959105dd2b936ec868d4e65f0eb5d446");
    }

    [Fact]
    public void The_mean_of_parameters_that_are_no_numbers_is_none_either() =>
        Mean((Of(float.NaN, float.PositiveInfinity, 1f), 1), (Of(1f, 1f, 1f), 2)).ShouldBe([float.NaN, float.PositiveInfinity, 1f]);

    [Fact]
    public void Checkpoints_that_do_not_match_have_no_mean()
    {
        Should.Throw<ArgumentException>(() => FedAvg.Of([]));
        Should.Throw<ArgumentException>(() => Mean((Of(1f), 0)));
        Should.Throw<ArgumentException>(() => Mean((Of(1f), 1), (Of(1f, 2f), 1)));
        Should.Throw<ArgumentException>(() => Mean((Of(1f), 1), (new Checkpoint([new Tensor("v", [1], [1f])]), 1)));
    }

    [Fact]
    public void Two_tensors_of_one_name_are_refused() =>
        Should.Throw<ArgumentException>(() => new Checkpoint([new Tensor("w", [1], [1f]), new Tensor("w", [1], [1f])]));

    [Fact]
    public void A_checkpoint_must_hold_exactly_the_parameters_of_its_architecture()
    {
        var good = Initialisation.Draw(Architectures.LeNet5, 1);
        good.Require(Architectures.LeNet5);
        string Fault(IEnumerable<Tensor> tensors) =>
            Should.Throw<MalformedInputException>(() => new Checkpoint(tensors).Require(Architectures.LeNet5, "c")).Message;
        Fault(good.Tensors.Skip(1)).ShouldContain("'conv1.bias' of lenet-5 is missing");
        Fault(good.Tensors.Append(new Tensor("more", [1], [0f]))).ShouldContain("'more' does not belong");
        Fault(good.Tensors.Skip(1).Append(new Tensor("conv1.bias", [2, 3], new float[6]))).ShouldContain("shape [2, 3]");
    }

    [Fact]
    public async Task A_saved_file_is_loaded_again_and_leaves_nothing_else_behind()
    {
        var folder = Directory.CreateTempSubdirectory("checkpoint-").FullName;
        try
        {
            var path = Path.Combine(folder, "a.safetensors");
            await Of(1f).SaveAsync(path, TestContext.Current.CancellationToken);
            await Of(2f).SaveAsync(path, TestContext.Current.CancellationToken);
            (await Checkpoint.LoadAsync(path, TestContext.Current.CancellationToken)).Hash.ShouldBe(Of(2f).Hash);
            Directory.GetFiles(folder).ShouldHaveSingleItem();
            (await Should.ThrowAsync<MalformedInputException>(() => Checkpoint.LoadAsync(path + "x",
                TestContext.Current.CancellationToken))).Message.ShouldBe($"{path}x: the file does not exist");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
