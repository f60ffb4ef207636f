using System.Diagnostics;
using System.Globalization;
using DataBright.Bindings;
using DataBright.Ethereum.Chain;
using DataBright.Ethereum.Generated;

namespace DataBright.Ethereum.Client;

/// <summary>Generated code against a compiler's encoding (the contract itself) and against Foundry's cast.</summary>
[Collection(nameof(ChainCollection))]
public sealed class BindingsTests(ChainFixture fixture)
{
    private static readonly Probe.Story Story = new(
        "Größe", [new Probe.Point(-5, 16_777_215), new Probe.Point(short.MaxValue, 0)],
        [Keccak.HashText("a"), Keccak.HashText("b")], Probe.Mood.Wild, [new byte[] { 1 }, ReadOnlyMemory<byte>.Empty, new byte[40]]);

    [Fact]
    public async Task Every_kind_of_value_comes_back_from_the_contract_as_it_went()
    {
        var probe = await ChainFixture.DeployAsync(await fixture.SenderAsync());
        var big = Int256.Parse("-12345678901234567890123456789012345678901234567890");

        var (same, small, sameBig, four) =
            await fixture.Client.CallAsync(Probe.Echo(probe, Story, [1, 255], big, new byte[] { 1, 2, 3, 4 }));

        ShouldBeTheStory(same);
        small.ShouldBe([(byte)1, (byte)255]);
        sameBig.ShouldBe(big);
        four.ToArray().ShouldBe([1, 2, 3, 4]);
    }

    [Fact]
    public async Task Fixed_arrays_of_every_kind_come_back_as_they_went()
    {
        var probe = await ChainFixture.DeployAsync(await fixture.SenderAsync());
        Probe.Point[][] grid = [[new(1, 2), new(3, 4)], [new(5, 6), new(7, 8)], [new(9, 10), new(-1, 0)]];

        var result = await fixture.Client.CallAsync(Probe.Echo(probe, [1, UInt128.MaxValue, 3], ["", "text"], grid));

        result.Item1.ShouldBe([(UInt128)1, UInt128.MaxValue, (UInt128)3]);
        result.Item2.ShouldBe(["", "text"]);
        result.Item3.Select(r => r.ToArray()).ShouldBe(grid);
    }

    [Fact]
    public async Task An_event_with_a_hashed_struct_is_decoded()
    {
        var sender = await fixture.SenderAsync();
        var probe = await ChainFixture.DeployAsync(sender);

        var receipt = await sender.SendAsync(Probe.Tell(probe, Story));

        var told = Probe.Events.Find(receipt.Logs.ShouldHaveSingleItem()).ShouldBeOfType<Probe.Events.Told>();
        ShouldBeTheStory(told.Story);
        var encoded = new AbiWriter(2);
        encoded.Int(-5, 16);
        encoded.Uint(16_777_215u, 24);
        told.Where.ShouldBe(Keccak.Hash(encoded.ToArray()));
    }

    [Fact]
    public async Task A_log_of_another_event_is_refused()
    {
        var sender = await fixture.SenderAsync();
        var log = (await sender.DeployAsync(Probe.Deploy(1u, "x"))).Logs.ShouldHaveSingleItem();

        Probe.Events.Told.Matches(log).ShouldBeFalse();
        Should.Throw<AbiException>(() => Probe.Events.Told.Decode(log));
        Probe.Events.Find(log with { Topics = [Keccak.HashText("other")] }).ShouldBeNull();
    }

    [Fact]
    public async Task Calldata_is_what_cast_makes_of_the_same_values()
    {
        var cast = await CastAsync("calldata",
            "echo((string,(int16,uint24)[],bytes32[2],uint8,bytes[]),uint8[],int256,bytes4)",
            $"(\"Größe\",[(-5,16777215),(32767,0)],[{Keccak.HashText("a")},{Keccak.HashText("b")}],1,[0x01,0x,{Hex.Encode(new byte[40])}])",
            "[1,255]", "-7", "0x01020304");

        Hex.Encode(Probe.Echo(Address.Zero, Story, [1, 255], -7, new byte[] { 1, 2, 3, 4 }).Data).ShouldBe(cast);
    }

    [Fact]
    public async Task Selectors_and_topics_are_what_cast_says()
    {
        (await CastAsync("sig", "TooMuch(uint256,uint64)")).ShouldBe(Errors.All.Single(e => e.Name == "TooMuch").Selector.ToString());
        (await CastAsync("keccak", "Counted(address,uint256,string,uint8,bytes)")).ShouldBe(Probe.Events.Counted.Topic.ToString());
    }

    [Fact]
    public void Values_that_do_not_fit_their_type_are_refused_before_they_are_sent()
    {
        var point = new Probe.Point(0, 16_777_216);
        Should.Throw<AbiException>(() => Probe.Tell(Address.Zero, Story with { Path = [point] })).Message
            .ShouldBe("16777216 does not fit uint24.");
        Should.Throw<AbiException>(() => Probe.Tell(Address.Zero, Story with { Seals = [] })).Message
            .ShouldBe("An array of 2 elements was given 0.");
    }

    [Fact]
    public void The_committed_bindings_are_what_the_contract_gives()
    {
        var folder = Path.Combine(Tests, "Client", "Generated");
        Generate().DifferencesFrom(folder).ShouldBeEmpty();
    }

    [Fact]
    public void A_missing_a_changed_and_a_stale_file_are_differences_and_writing_removes_them()
    {
        using var folder = new TemporaryFolder();
        var files = Generate().WriteTo(folder.Path);
        files.ShouldBe(
        [
            "ContractFiles.g.cs", "Errors.g.cs", "Probe.Errors.g.cs", "Probe.Rules.g.cs", "Probe.abi.json", "Probe.g.cs", "Probe.hex",
            "Rule.g.cs",
        ]);
        Generate().WriteTo(folder.Path).ShouldBeEmpty();

        File.Delete(Path.Combine(folder.Path, "Probe.hex"));
        File.AppendAllText(Path.Combine(folder.Path, "Probe.g.cs"), "//");
        File.WriteAllText(Path.Combine(folder.Path, "Gone.g.cs"), "");
        Generate().DifferencesFrom(folder.Path).ShouldBe(["Gone.g.cs", "Probe.g.cs", "Probe.hex"]);

        Generate().WriteTo(folder.Path);
        Generate().DifferencesFrom(folder.Path).ShouldBeEmpty();
    }

    [Fact]
    public void An_error_belongs_to_the_contract_that_declares_it_and_to_none_where_that_is_a_library_or_several()
    {
        using var sources = new TemporaryFolder();
        File.WriteAllText(Path.Combine(sources.Path, "IOne.sol"),
            "interface IOne { error Mine(uint256 a); error Both(); /* error Not(); */ }");
        File.WriteAllText(Path.Combine(sources.Path, "Two.sol"), "contract Two { error Both(); error Not(); }");
        File.WriteAllText(Path.Combine(sources.Path, "Escrow.sol"), "library Escrow { error Short(); }");
        var errors = new ErrorSources(sources.Path);
        var contracts = new HashSet<string> { "One", "Two" };

        string[] owners = [.. new[] { "Mine", "Not", "Both", "Short", "Unheard" }.Select(error => errors.Declaring(error, contracts))];

        owners.ShouldBe(["One", "Two", "", "", ""]);
    }

    [Fact]
    public void Enums_are_read_past_comments_and_by_their_container()
    {
        var enums = new SolidityEnums("/nowhere");
        enums.ReadSource("""
            enum Free { A, B }
            /* enum Not { X } */
            interface IOne is Base { enum State { On, /* , */ Off } struct S { uint a; } }
            library Two { function f() internal { } enum State { Only } } // enum Not { Y }
            """);

        enums.MembersOf("Free").ShouldBe(["A", "B"]);
        enums.MembersOf("IOne.State").ShouldBe(["On", "Off"]);
        enums.MembersOf("Two.State").ShouldBe(["Only"]);
        Should.Throw<BindingsException>(() => enums.MembersOf("Not"));
    }

    private static string Tests
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (!File.Exists(Path.Combine(folder.FullName, "DataBright.Ethereum.Tests.csproj")))
                folder = folder.Parent!;
            return folder.FullName;
        }
    }

    private static GeneratedFolder Generate()
    {
        var contracts = Path.Combine(Tests, "Client", "Contracts");
        var sources = Path.Combine(contracts, "src");
        return new GeneratedFolder(Artifact.LoadAll(Path.Combine(contracts, "out")), new SolidityEnums(sources), new ErrorSources(sources),
            "DataBright.Ethereum.Generated");
    }

    private static void ShouldBeTheStory(Probe.Story story)
    {
        story.Title.ShouldBe(Story.Title);
        story.Path.ShouldBe(Story.Path);
        story.Seals.ShouldBe(Story.Seals);
        story.Mood.ShouldBe(Story.Mood);
        story.Notes.Select(n => n.ToArray()).ShouldBe(Story.Notes.Select(n => n.ToArray()));
    }

    private static async Task<string> CastAsync(params string[] arguments)
    {
        var program = AnvilProgram.Find(null).Replace("anvil", "cast", StringComparison.Ordinal);
        using var cast = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        var output = await cast.StandardOutput.ReadToEndAsync();
        await cast.WaitForExitAsync();
        cast.ExitCode.ShouldBe(0, string.Create(CultureInfo.InvariantCulture, $"cast {string.Join(' ', arguments)}"));
        return output.Trim();
    }
}
