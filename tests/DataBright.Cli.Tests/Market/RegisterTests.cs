using System.Text.Json;
using DataBright.Learning.Checkpoints;
using DataBright.Learning.Layers;
using DataBright.Learning.Networks;
using DataBright.Terminal;

namespace DataBright.Cli.Tests.Market;

/// <summary>What is registered as a model: parameters that take the dataset's points, once, with a figure that says who gave it.</summary>
[Collection(nameof(RunningMarket))]
public sealed class RegisterTests(RunningMarket market) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_model_that_does_not_take_the_datasets_points_is_refused()
    {
        File.WriteAllText(_folder["two.csv"], "a,b,label\n0.1,0.2,0\n0.3,0.4,1\n0.5,0.6,0\n");
        var dataset = (await market.RunAsync(
            "dataset", "create", "--name", "Two", "--symbol", "TWO", "--csv", _folder["two.csv"], "--held-out-csv",
            _folder["two.csv"], "--allow-overlap", "--classes", "2", "--key", "ines", "--json"))
            .ShouldSucceed().Json.GetProperty("id").GetRawText();
        var before = await CountAsync();

        (await RegisterAsync(dataset, "softmax-regression", Filled(Architectures.SoftmaxRegression, 1)))
            .ShouldFailClearly(ExitCode.BadInput, "needs [2, 2]", "2 classes");
        (await RegisterAsync(dataset, "lenet-5", Filled(Architectures.LeNet5, 1))).ShouldFailClearly(ExitCode.BadInput,
            "takes 1×28×28 values", "2 classes");
        (await RegisterAsync("1", "softmax-regression", Filled(Narrow(5), 1))).ShouldFailClearly(ExitCode.BadInput, "10 classes");
        (await RegisterAsync("1", Written(Narrow(5)), Filled(Narrow(5), 1))).ShouldFailClearly(ExitCode.BadInput, "tells 5 classes apart");
        (await RegisterAsync("999", "softmax-regression", Filled(Architectures.SoftmaxRegression, 1))).ShouldFailClearly(ExitCode.NotFound,
            "no dataset 999");

        (await CountAsync()).ShouldBe(before);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public async Task Parameters_that_are_no_numbers_are_refused(float odd)
    {
        var before = await CountAsync();

        (await RegisterAsync("1", "softmax-regression", Filled(Architectures.SoftmaxRegression, odd))).ShouldFailClearly(ExitCode.BadInput,
            "parameters are finite numbers");

        (await CountAsync()).ShouldBe(before);
    }

    [Fact]
    public async Task Parameters_are_registered_once_and_a_claim_is_shown_as_one()
    {
        var made = (await RegisterAsync("1", "softmax-regression", Filled(Architectures.SoftmaxRegression, 0.25f), "--json"))
            .ShouldSucceed().Json;
        var id = made.GetProperty("id").GetRawText();
        made.GetProperty("accuracyPpm").ValueKind.ShouldBe(JsonValueKind.Null);
        made.GetProperty("claimedPpm").GetInt32().ShouldBe(900_000);

        (await RegisterAsync("1", "softmax-regression", Filled(Architectures.SoftmaxRegression, 0.25f))).ShouldFailClearly(ExitCode.Refused,
            "already", $"model {id}");
        (await RegisterAsync("2", "softmax-regression", Filled(Architectures.SoftmaxRegression, 0.25f), "--private"))
            .ShouldFailClearly(ExitCode.Refused, "already", $"model {id}");

        var listed = (await market.RunAsync("model", "list", "--json")).ShouldSucceed().Json.EnumerateArray()
            .Single(model => model.GetProperty("id").GetRawText() == id);
        listed.GetProperty("accuracyPpm").ValueKind.ShouldBe(JsonValueKind.Null);
        listed.GetProperty("claimedPpm").GetInt64().ShouldBe(900_000);
        listed.TryGetProperty("metricPpm", out _).ShouldBeFalse();
        listed.GetProperty("best").GetBoolean().ShouldBeFalse();
        var shown = (await market.RunAsync("model", "show", id)).ShouldSucceed().Output;
        shown.ShouldContain("nobody measured it");
        shown.ShouldContain("Claimed by its owner  90.00 %");
    }

    private async Task<Finished> RegisterAsync(string dataset, string architecture, Checkpoint checkpoint, params string[] more)
    {
        File.WriteAllBytes(_folder["made"], checkpoint.ToBytes());
        return await market.RunAsync(
            ["model", "register", "--checkpoint", _folder["made"], "--architecture", architecture, "--dataset", dataset, "--accuracy",
                "90", "--key", "ada", .. more]);
    }

    private async Task<int> CountAsync() => (await market.RunAsync("model", "list", "--json")).ShouldSucceed().Json.GetArrayLength();

    private string Written(Architecture architecture)
    {
        File.WriteAllText(_folder["architecture.json"], architecture.ToJson());
        return _folder["architecture.json"];
    }

    private static Architecture Narrow(int classes) =>
        new("narrow", Architectures.SoftmaxRegression.Input, [new Flatten("flatten"), new Dense("fc", classes)]);

    private static Checkpoint Filled(Architecture architecture, float value) =>
        new([.. architecture.Parameters
            .Select(parameter => new Tensor(parameter.Name, parameter.Dimensions, [.. Enumerable.Repeat(value, parameter.Count)]))]);
}
