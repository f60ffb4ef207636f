using System.CommandLine;
using DataBright.Cli.Models;
using DataBright.Market;
using DataBright.Serving;
using DataBright.Terminal;

namespace DataBright.Cli.Tests.Models;

/// <summary>What a model is asked: options that say nothing are refused, and what readers say is passed on.</summary>
public sealed class PredictionInputTests : IDisposable
{
    private static readonly PredictionFacts Facts = new(new ModelId(1), default, default, "tiny", [2, 1, 1], 2, Money.Zero, 0, 16);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("--classes", "3")]
    [InlineData("--separator", ";")]
    [InlineData("--take", "1")]
    public async Task An_option_for_files_beside_a_row_is_refused(string option, string value) =>
        (await Should.ThrowAsync<Failure>(() => ReadAsync(_ => { }, "--row", "1,2", option, value))).Message
            .ShouldContain($"without {option}");

    [Fact]
    public async Task What_a_reader_left_out_is_told()
    {
        File.WriteAllText(_folder["t.csv"], "a,b,l\n1,2,0\n3,,1\n5,6,1\n");
        var notes = new List<string>();
        var (inputs, labels) = await ReadAsync(notes.Add, "--csv", _folder["t.csv"], "--missing", "leave-out");
        inputs.ToArray().ShouldBe([1f, 2f, 5f, 6f]);
        labels.ShouldBe([0, 1]);
        notes.ShouldBe(["1 rows are left out, because a number is missing in them."]);
    }

    private static Task<(ReadOnlyMemory<float> Inputs, int?[] Labels)> ReadAsync(Action<string> note, params string[] words)
    {
        var command = new Command("ask");
        var input = PredictionInput.AddTo(command);
        return input.ReadAsync(command.Parse(words), Facts, schema: null, note, TestContext.Current.CancellationToken);
    }
}
