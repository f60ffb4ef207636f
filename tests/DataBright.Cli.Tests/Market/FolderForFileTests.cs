using System.CommandLine;
using DataBright.Learning.Checkpoints;
using DataBright.Learning.Networks;
using DataBright.Terminal;

namespace DataBright.Cli.Tests.Market;

/// <summary>A folder where a file is expected is bad input (5) and is said to be one, whichever option names it.</summary>
[Collection(nameof(RunningMarket))]
public sealed class FolderForFileTests(RunningMarket market) : IDisposable
{
    private const string Create = "dataset create --name N --symbol N --key ines", Tables = Create + " --classes 2 --csv TABLE";

    /// <summary>Options that other tests hold, because somebody else has to be there first.</summary>
    private static readonly Dictionary<string, string> Elsewhere = new()
    {
        ["--picture"] = "a model that is served: PictureFileTests",
        ["--passphrase-file"] = "words on standard input: MnemonicCommandTests",
    };

    private static readonly string[] Read =
    [
        $"{Create} --classes 2 --csv FOLDER",
        $"{Create} --classes 2 --parquet FOLDER",
        $"{Create} --classes 2 --json-lines FOLDER",
        $"{Create} --classes 2 --texts FOLDER",
        $"{Create} --classes 2 --npy FOLDER --npy-labels TABLE",
        $"{Create} --classes 2 --npy ARRAY --npy-labels FOLDER",
        $"{Create} --images FOLDER --labels LABELS",
        $"{Create} --images IMAGES --labels FOLDER",
        $"{Create} --shard FOLDER",
        $"{Create} --classes 2 --croissant FOLDER",
        $"{Tables} --held-out-csv FOLDER",
        $"{Tables} --held-out-croissant FOLDER",
        $"{Tables} --held-out-parquet FOLDER",
        $"{Tables} --held-out-json-lines FOLDER",
        $"{Tables} --held-out-texts FOLDER",
        $"{Tables} --held-out-npy FOLDER --held-out-npy-labels TABLE",
        $"{Tables} --held-out-npy ARRAY --held-out-npy-labels FOLDER",
        $"{Tables} --held-out-images FOLDER --held-out-labels LABELS",
        $"{Tables} --held-out-images IMAGES --held-out-labels FOLDER",
        $"{Tables} --held-out-shard FOLDER",
        $"{Tables} --held-out 50% --description FOLDER",
        $"{Tables} --held-out 50% --measurement FOLDER",
        $"{Tables} --held-out 50% --columns FOLDER",
        "model register --dataset 1 --accuracy 9 --key ada --architecture softmax-regression --checkpoint FOLDER",
        "model register --dataset 1 --accuracy 9 --key ada --architecture FOLDER --checkpoint CHECKPOINT",
        "model register --dataset 1 --accuracy 9 --key ada --architecture softmax-regression --checkpoint CHECKPOINT --card FOLDER",
        "job create --dataset 1 --price 1 --key ada --architecture FOLDER",
        "request create --like 1 --reward 1 --key ada --description FOLDER",
        "proposal relay FOLDER --key ada",
        "trainer run --command true --plan FOLDER --csv TABLE --out trained.safetensors",
        "audit answer FOLDER",
        "audit comment FOLDER",
        "account import other FOLDER",
        "share claim --key-file FOLDER",
        "share claim --key ada --password-file FOLDER",
        "account new other --light --password-file FOLDER",
        "up --listen https://127.0.0.1:0 --certificate FOLDER",
        "up --listen https://127.0.0.1:0 --certificate PEM --certificate-key FOLDER",
        "up --listen https://127.0.0.1:0 --certificate PEM --certificate-password-file FOLDER",
        "up --listen http://127.0.0.1:0 --roles web --rpc CHAIN --relayer-key-file FOLDER",
        "up --listen http://127.0.0.1:0 --roles web --rpc CHAIN --relayer-key ada --relayer-password-file FOLDER",
    ];

    private static readonly string[] Written =
    [
        "trainer run --command true --plan TABLE --csv TABLE --out TARGET",
        $"{Tables} --held-out 50% --standardise --columns TARGET",
        "account statement ada --csv TARGET",
        "proposal vote PROPOSAL --choice no --key ines --sign-only TARGET",
        "model export MODEL --out TARGET",
        "model export MODEL --force --out TARGET",
    ];

    private readonly TemporaryFolder _folder = new(), _home = new();

    public static TheoryData<string> Reading => [.. Read];

    public static TheoryData<string> Writing => [.. Written];

    public void Dispose()
    {
        _folder.Dispose();
        _home.Dispose();
    }

    [Theory]
    [MemberData(nameof(Reading))]
    public async Task A_folder_to_be_read_is_said_to_be_one(string line)
    {
        AddRealServices();
        string[] words = [.. line.Split(' ').Select(Filled)];
        Directory.CreateDirectory(_folder["a folder"]);

        var refused = words[0] == "up" ? await UpAsync(words) : await market.RunAsync(words);

        refused.ExitCode.ShouldBe(ExitCode.BadInput, refused.Error);
        refused.Error.ShouldContain("a folder; a file is expected");
        refused.Error.ShouldContain(_folder["a folder"]);
    }

    [Theory]
    [MemberData(nameof(Writing))]
    public async Task A_target_that_is_a_folder_or_lies_in_none_is_said_to(string line)
    {
        AddRealServices();
        Directory.CreateDirectory(_folder["a folder"]);
        File.WriteAllText(_folder["a folder/inside"], "stays");
        var there = line.Split(' ').FirstOrDefault(word => word is "MODEL" or "PROPOSAL") is not { } kind ? line
            : line.Replace(kind, kind == "MODEL" ? await ModelAsync() : await market.ProposeAsync(1, 250, 2), StringComparison.Ordinal);
        var before = (await market.RunAsync("dataset", "list", "--json")).ShouldSucceed().Output;
        foreach (var (target, saying) in new[]
        {
            ("a folder", $"{_folder["a folder"]} is a folder; a file is expected."),
            ("no/file", $"The folder {_folder["no"]} does not exist."),
        })
        {
            string[] words = [.. there.Split(' ').Select(word => word == "TARGET" ? _folder[target] : Filled(word))];

            var refused = await market.RunAsync(words);

            refused.ExitCode.ShouldBe(ExitCode.BadInput, refused.Error);
            refused.Error.ShouldContain(saying);
        }

        (await market.RunAsync("dataset", "list", "--json")).ShouldSucceed().Output.ShouldBe(before);
        Directory.EnumerateFileSystemEntries(_folder["a folder"]).ShouldHaveSingleItem();
        Directory.EnumerateFiles(_folder.Path, "*.part").ShouldBeEmpty();
    }

    [Fact]
    public void Every_option_that_names_a_file_is_held_here_or_elsewhere()
    {
        var commands = All(Commands.Root()).ToArray();
        var options = commands.SelectMany(command => command.Options).Where(option => IsFile(option.HelpName)).Select(one => one.Name);
        var verbs = commands.Where(command => command.Arguments.Any(argument => IsFile(argument.Name))).Select(command => command.Name);
        var held = Read.Concat(Written).SelectMany(line => line.Split(' '));
        options.Concat(verbs).Except(held).ShouldBe(Elsewhere.Keys, ignoreOrder: true);

        static bool IsFile(string? what) => what?.Contains("FILE", StringComparison.Ordinal) == true;
    }

    private static IEnumerable<Command> All(Command command) => command.Subcommands.SelectMany(All).Prepend(command);

    private string Filled(string word) => word switch
    {
        "FOLDER" => _folder["a folder"],
        "TABLE" or "ARRAY" or "PEM" or "CHECKPOINT" => _folder[word],
        "IMAGES" => market.Images,
        "LABELS" => market.Labels,
        "CHAIN" => market.Rpc.ToString(),
        _ => word,
    };

    /// <summary>With a data folder of its own: the market's is in use by the node.</summary>
    private async Task<Finished> UpAsync(string[] words)
    {
        File.Copy(Path.Combine(market.Home, "market.json"), _home["market.json"]);
        Directory.CreateDirectory(_home["keys"]);
        File.Copy(Path.Combine(market.Home, "keys", "ada.json"), _home["keys/ada.json"]);
        return await Databright.CallAsync(_home.Path, words);
    }

    private void AddRealServices()
    {
        File.WriteAllText(_folder["TABLE"], "a,b,l\n1,2,0\n3,4,1\n5,6,0\n7,8,1\n");
        byte[] header = [.. "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 1), }\n"u8];
        File.WriteAllBytes(_folder["ARRAY"], [0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, 0, .. header, 0, 0, 0, 0]);
        File.WriteAllText(_folder["PEM"], "-----BEGIN CERTIFICATE-----\n");
        var parameters = Architectures.SoftmaxRegression.Parameters;
        var tensors = parameters.Select(one => new Tensor(one.Name, one.Dimensions, [.. Enumerable.Repeat(0.125f, one.Count)]));
        File.WriteAllBytes(_folder["CHECKPOINT"], new Checkpoint([.. tensors]).ToBytes());
    }

    private async Task<string> ModelAsync()
    {
        // Parameters are registered once; of the market's other models some are private.
        var hash = Checkpoint.Parse(File.ReadAllBytes(_folder["CHECKPOINT"])).Hash.ToString();
        var listed = (await market.RunAsync("model", "list", "--json")).ShouldSucceed().Json.EnumerateArray();
        if (listed.FirstOrDefault(model => model.GetProperty("checkpoint").GetString() == hash)
            is { ValueKind: System.Text.Json.JsonValueKind.Object } own)
            return own.GetProperty("id").GetRawText();
        var register = "model register --dataset 1 --accuracy 9 --key ada --architecture softmax-regression --json --checkpoint".Split(' ');
        return (await market.RunAsync([.. register, _folder["CHECKPOINT"]])).ShouldSucceed().Json.GetProperty("id").GetRawText();
    }
}
