using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using DataBright.Ethereum.Generated;

namespace DataBright.Ethereum.Chain;

[UnsupportedOSPlatform("windows")]
public sealed class EmbeddedChainTests : IDisposable
{
    /// <summary>Only a test that waits for what never comes takes that long; it ends then.</summary>
    private const int TestTimeout = 60_000;

    private static readonly TimeSpan Never = TimeSpan.FromHours(1);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact(Timeout = TestTimeout)]
    public async Task Everything_survives_a_restart()
    {
        Address probe;
        Receipt receipt;
        Hash32 head;
        await using (var chain = await StartAsync())
        {
            var sender = Sender(chain, 0);
            probe = await ChainFixture.DeployAsync(sender);
            receipt = await sender.SendAsync(Probe.Add(probe, 5u));
            head = receipt.BlockHash;
        }

        await using (var chain = await StartAsync())
        {
            var client = Client(chain);
            (await client.CallAsync(Probe.Count(probe))).ShouldBe(5u);
            (await client.BlockAsync(BlockTag.Latest))!.Hash.ShouldBe(head);
            (await client.BlockHashAsync(0)).ShouldNotBeNull();
            (await client.ReceiptAsync(receipt.TransactionHash))!.GasUsed.ShouldBe(receipt.GasUsed);
            (await client.GetLogsAsync(LogFilter.Of(probe), 0, receipt.BlockNumber)).Count.ShouldBe(2);

            var next = await Sender(chain, 0).SendAsync(Probe.Add(probe, 1u));
            next.BlockNumber.ShouldBe(receipt.BlockNumber + 1);
            (await client.BlockAsync(next.BlockHash))!.ParentHash.ShouldBe(head);
        }
    }

    [Fact(Timeout = TestTimeout)]
    public async Task Time_that_was_skipped_stays_skipped()
    {
        DateTimeOffset before;
        await using (var chain = await StartAsync())
        {
            await chain.AdvanceAsync(TimeSpan.FromDays(3));
            before = (await Client(chain).BlockAsync(BlockTag.Latest))!.Timestamp;
        }
        before.ShouldBeGreaterThan(TimeProvider.System.GetUtcNow().AddDays(2));

        await using (var chain = await StartAsync())
        {
            await chain.MineAsync(1);
            (await Client(chain).BlockAsync(BlockTag.Latest))!.Timestamp.ShouldBeGreaterThanOrEqualTo(before);
        }
    }

    [Fact(Timeout = TestTimeout)]
    public async Task The_development_accounts_are_the_ones_that_have_ether()
    {
        await using var chain = await StartAsync();
        for (var i = 0; i < DevelopmentAccounts.Count; i++)
        {
            using var key = DevelopmentAccounts.Key(i);
            (await Client(chain).BalanceAsync(key.Address)).ShouldBe(Uint256.Parse("10000000000000000000000"));
        }
        var stranger = EthereumKey.Generate().Address;
        await chain.FundAsync(stranger, 5u);
        (await Client(chain).BalanceAsync(stranger)).ShouldBe(5u);
    }

    [Fact(Timeout = TestTimeout)]
    public async Task A_folder_in_use_is_refused_with_the_id_of_who_uses_it()
    {
        await using var chain = await StartAsync();

        var problem = await Should.ThrowAsync<EmbeddedChainException>(() => StartAsync());

        problem.Message.ShouldBe(
            $"The chain's folder {_folder.Path} is in use by process {Environment.ProcessId}: end that process, or choose another folder.");
        (await Client(chain).ChainIdAsync()).ShouldBe(EmbeddedChain.ChainId);
    }

    [Fact(Timeout = TestTimeout)]
    public async Task A_damaged_state_is_refused_in_the_chains_own_words()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder.Path, "state.json"), "{\"accounts\": nonsense");

        var problem = await Should.ThrowAsync<EmbeddedChainException>(() => StartAsync());

        problem.Message.ShouldStartWith("The embedded chain ended while it started. It says: error: invalid value");
        problem.Message.ShouldContain("state.json");
        // Nothing is left behind: the folder is free again.
        File.Delete(Path.Combine(_folder.Path, "state.json"));
        await using var chain = await StartAsync();
    }

    [Fact(Timeout = TestTimeout)]
    public async Task A_port_in_use_is_refused_and_the_folder_stays_free()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;

        var problem = await Should.ThrowAsync<EmbeddedChainException>(
            () => EmbeddedChain.StartAsync(new EmbeddedChainOptions(_folder.Path) { Port = port }));

        problem.Message.ShouldStartWith($"Port {port} on loopback cannot be used for the embedded chain (Address already in use)");
        listener.Stop();
        await using var chain = await EmbeddedChain.StartAsync(new EmbeddedChainOptions(_folder.Path) { Port = port });
        chain.Url.Port.ShouldBe(port);
    }

    [Fact(Timeout = TestTimeout)]
    public async Task A_program_that_is_no_chain_is_given_up_after_a_while()
    {
        var program = Path.Combine(_folder.Path, "sleeper");
        await File.WriteAllTextAsync(program, "#!/bin/sh\nexec sleep 60\n");
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        var problem = await Should.ThrowAsync<EmbeddedChainException>(() =>
            EmbeddedChain.StartAsync(new EmbeddedChainOptions(_folder.Path) { Program = program,
                Timeout = TimeSpan.FromMilliseconds(200) }));

        problem.Message.ShouldContain("in 0.2 s. It says nothing. The log is ");
    }

    [Fact(Timeout = TestTimeout)]
    public async Task A_program_that_is_missing_is_named()
    {
        var problem = await Should.ThrowAsync<EmbeddedChainException>(() =>
            EmbeddedChain.StartAsync(new EmbeddedChainOptions(_folder.Path) { Program = "/nowhere/anvil" }));
        problem.Message.ShouldBe("The chain program /nowhere/anvil does not exist.");
    }

    [Fact(Timeout = TestTimeout)]
    public async Task Half_a_state_of_a_chain_killed_while_saving_is_set_aside_for_the_whole_one_before()
    {
        Address probe;
        await using (var chain = await StartAsync())
            probe = await ChainFixture.DeployAsync(Sender(chain, 0));
        var whole = await File.ReadAllTextAsync(Path.Combine(_folder.Path, "state.json"));
        await File.WriteAllTextAsync(Path.Combine(_folder.Path, "state.exit.json"), whole[..(whole.Length / 2)]);

        await using (var chain = await StartAsync())
        {
            chain.Note!.ShouldContain("goes on from the save before");
            (await Client(chain).CallAsync(Probe.Count(probe))).ShouldBe(0u);
        }
        File.Exists(Path.Combine(_folder.Path, "state.exit.json.damaged")).ShouldBeTrue();
    }

    [Fact(Timeout = TestTimeout)]
    public async Task A_chain_that_is_killed_comes_back_on_the_same_port_with_what_was_saved()
    {
        await using var chain = await StartAsync();
        var sender = Sender(chain, 0);
        var probe = await ChainFixture.DeployAsync(sender);
        await chain.SaveAsync();

        var killed = chain.ProcessId!.Value;
        Process.GetProcessById(killed).Kill();
        await UntilAsync(() => chain.Restarts == 1);

        chain.ProcessId.ShouldNotBe(killed);
        (await Client(chain).CallAsync(Probe.Count(probe))).ShouldBe(0u);
        await sender.SendAsync(Probe.Add(probe, 2u));
        (await Client(chain).CallAsync(Probe.Count(probe))).ShouldBe(2u);
    }

    [Fact(Timeout = TestTimeout)]
    public async Task What_a_killed_chain_had_confirmed_and_not_saved_is_there_again_to_the_hash()
    {
        await using var chain = await StartAsync();
        var sender = Sender(chain, 0);
        var probe = await ChainFixture.DeployAsync(sender);
        await chain.SaveAsync();
        await chain.AdvanceAsync(TimeSpan.FromDays(2));
        for (var i = 0; i < 5; i++)
            await sender.SendAsync(Probe.Add(probe, 1u));
        var head = (await Client(chain).BlockAsync(BlockTag.Latest))!;

        await KillAsync(chain);

        (await Client(chain).CallAsync(Probe.Count(probe))).ShouldBe(5u);
        (await Client(chain).BlockAsync(BlockTag.Latest))!.Hash.ShouldBe(head.Hash);
        (await Client(chain).NonceAsync(sender.Address)).ShouldBe(6UL);
        chain.Note.ShouldBeNull();
        var next = await sender.SendAsync(Probe.Add(probe, 1u));
        (await Client(chain).BlockAsync(next.BlockHash))!.ParentHash.ShouldBe(head.Hash);
    }

    [Fact(Timeout = TestTimeout)]
    public async Task A_chain_that_is_killed_again_and_again_under_load_loses_and_repeats_nothing()
    {
        await using var chain =
            await EmbeddedChain.StartAsync(new EmbeddedChainOptions(_folder.Path) { SaveEvery = TimeSpan.FromMilliseconds(30) });
        var senders = Enumerable.Range(0, 4).Select(i => Sender(chain, i)).ToList();
        var probe = await ChainFixture.DeployAsync(senders[0]);
        var confirmed = 0;
        var work = senders.Select(async sender =>
        {
            for (var i = 0; i < 25; i++)
            {
                await sender.SendAsync(Probe.Add(probe, 1u) with { GasLimit = 100_000 });
                Interlocked.Increment(ref confirmed);
            }
        }).ToList();
        for (var kills = 1; kills <= 5; kills++)
        {
            var before = Volatile.Read(ref confirmed);
            await UntilAsync(() => Volatile.Read(ref confirmed) >= Math.Min(before + 5, 100));
            await KillAsync(chain);
            // Whoever reads after the kill finds what was confirmed before it.
            (await Client(chain).CallAsync(Probe.Count(probe))).ShouldBeGreaterThanOrEqualTo((Uint256)(ulong)before);
        }
        await Task.WhenAll(work);

        (await Client(chain).CallAsync(Probe.Count(probe))).ShouldBe(100u);
    }

    [Fact(Timeout = TestTimeout)]
    public async Task A_first_block_that_was_never_saved_and_money_out_of_nothing_survive_a_kill()
    {
        await using var chain = await StartAsync();
        using var key = EthereumKey.Generate();
        var genesis = await Client(chain).BlockHashAsync(0);
        await chain.FundAsync(key.Address, 7u);

        await KillAsync(chain);

        (await Client(chain).BlockHashAsync(0)).ShouldBe(genesis);
        (await Client(chain).BalanceAsync(key.Address)).ShouldBe(7u);
    }

    [Fact(Timeout = TestTimeout)]
    public async Task A_chain_and_a_parent_that_are_killed_together_lose_nothing()
    {
        Address probe;
        using (var parent = ChainHolder.Start(_folder.Path))
        {
            var (url, chainProcess) = await ReadAsync(parent);
            var sender = Sender(url, 0);
            probe = await ChainFixture.DeployAsync(sender);
            await sender.SendAsync(Probe.Add(probe, 9u));
            using var anvil = Process.GetProcessById(chainProcess);
            anvil.Kill();
            parent.Kill();
            await parent.WaitForExitAsync();
            await UntilAsync(() => !IsAlive(chainProcess));
        }
        // A last line that was cut off asks for nothing.
        await File.AppendAllTextAsync(Path.Combine(_folder.Path, "journal"), "+ {\"jsonrpc\":\"2.0\",\"id\":1,\"meth");

        await using var chain = await StartAsync();
        (await Client(chain).CallAsync(Probe.Count(probe))).ShouldBe(9u);
    }

    [Fact(Timeout = TestTimeout)]
    public async Task What_no_journal_can_do_again_is_saved_at_once()
    {
        await using var chain = await StartAsync();
        var sender = Sender(chain, 0);
        var probe = await ChainFixture.DeployAsync(sender);
        await sender.SendAsync(Probe.Add(probe, 1u));
        await chain.Rpc.CallAsync("anvil_rollback", 1);
        await chain.Rpc.CallAsync("anvil_setCode", "0x00000000000000000000000000000000000000c0", "0x6001");

        await KillAsync(chain);

        (await Client(chain).CallAsync(Probe.Count(probe))).ShouldBe(0u);
        (await Client(chain).CodeAsync(Address.Parse("0x00000000000000000000000000000000000000c0"))).ShouldBe([0x60, 0x01]);
    }

    [Fact(Timeout = TestTimeout)]
    public async Task A_call_that_waits_while_the_chain_is_killed_takes_effect_once()
    {
        await using var chain = await StartAsync();
        var sender = Sender(chain, 0);
        var probe = await ChainFixture.DeployAsync(sender);
        await chain.SaveAsync();
        await chain.Rpc.CallAsync("evm_setAutomine", false);
        var waiting = sender.SendAsync(Probe.Add(probe, 1u));
        await UntilAsync(() => Client(chain).NonceAsync(sender.Address, BlockTag.Pending), nonce => nonce == 2);

        Process.GetProcessById(chain.ProcessId!.Value).Kill();

        (await waiting).Succeeded.ShouldBeTrue();
        (await Client(chain).CallAsync(Probe.Count(probe))).ShouldBe(1u);
    }

    [Fact(Timeout = TestTimeout)]
    public async Task A_chain_that_lives_and_does_not_answer_is_started_again()
    {
        await using var chain = await EmbeddedChain.StartAsync(
            new EmbeddedChainOptions(_folder.Path) { SaveEvery = Never, AnswersWithin = TimeSpan.FromSeconds(4),
                Timeout = TimeSpan.FromSeconds(4) });
        var probe = await ChainFixture.DeployAsync(Sender(chain, 0));
        await Sender(chain, 0).SendAsync(Probe.Add(probe, 5u));

        Process.Start("kill", ["-STOP", ReadId().ToString(CultureInfo.InvariantCulture)]).WaitForExit();
        await UntilAsync(() => chain.Restarts == 1);

        (await Client(chain).CallAsync(Probe.Count(probe))).ShouldBe(5u);
    }

    [Fact(Timeout = TestTimeout)]
    public async Task What_waits_for_its_block_and_what_no_key_signed_survive_a_kill_too()
    {
        await using var chain = await StartAsync();
        var rich = new EthereumClient(chain.Rpc);
        var to = Address.Parse("0x00000000000000000000000000000000000000b1");
        using var sender = DevelopmentAccounts.Key(0);
        await chain.Rpc.CallAsync("eth_sendTransactionSync",
            new System.Text.Json.Nodes.JsonObject { ["from"] = sender.Address.ToString(), ["to"] = to.ToString(), ["value"] = "0x7" });
        var signed = await SignedAsync(rich, to);
        await chain.Rpc.CallAsync("eth_sendRawTransactionSync", Hex.Encode(signed));
        (await rich.BalanceAsync(to)).ShouldBe((Uint256)12UL);

        await KillAsync(chain);

        (await rich.BalanceAsync(to)).ShouldBe((Uint256)12UL);
    }

    [Fact(Timeout = TestTimeout)]
    public async Task Several_changes_in_one_batch_survive_a_kill_to_the_hash()
    {
        await using var chain = await StartAsync();
        var client = Client(chain);
        await chain.Rpc.BatchAsync([new RpcRequest("evm_mine"), new RpcRequest("evm_increaseTime", 100), new RpcRequest("evm_mine")]);
        var head = (await client.BlockAsync(BlockTag.Latest))!;

        await KillAsync(chain);

        (await client.BlockAsync(BlockTag.Latest))!.Hash.ShouldBe(head.Hash);
    }

    [Theory]
    [InlineData("//elsewhere.example/rpc")]
    [InlineData("/a?b=c")]
    public async Task Whatever_path_is_asked_for_the_chain_itself_answers(string path)
    {
        await using var chain = await StartAsync();
        using var http = new HttpClient(new SocketsHttpHandler());
        using var body = new StringContent("""{"jsonrpc":"2.0","id":1,"method":"eth_chainId","params":[]}""", System.Text.Encoding.UTF8,
            "application/json");
        using var answer = await http.PostAsync(new Uri(chain.Url.AbsoluteUri.TrimEnd('/') + path), body);

        answer.StatusCode.ShouldNotBe(HttpStatusCode.ServiceUnavailable, "it was sent to another host");
    }

    [Fact(Timeout = TestTimeout)]
    public async Task Regular_saves_happen_without_being_asked_for()
    {
        await using var chain =
            await EmbeddedChain.StartAsync(new EmbeddedChainOptions(_folder.Path) { SaveEvery = TimeSpan.FromMilliseconds(20) });
        await chain.MineAsync(3);
        await UntilAsync(() => File.Exists(Path.Combine(_folder.Path, "state.json")));
    }

    [Fact(Timeout = TestTimeout)]
    public async Task Blocks_at_intervals_hold_the_transactions_of_many_callers_together()
    {
        await using var chain = await EmbeddedChain.StartAsync(
            new EmbeddedChainOptions(_folder.Path) { SaveEvery = Never, BlockTime = TimeSpan.FromMilliseconds(50) });
        var sender = Sender(chain, 0);
        var probe = await ChainFixture.DeployAsync(sender);

        var receipts =
            await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => sender.SendAsync(Probe.Add(probe, 1u) with { GasLimit = 100_000 })));

        receipts.Select(r => r.BlockNumber).Distinct().Count().ShouldBeLessThan(100);
        (await Client(chain).CallAsync(Probe.Count(probe))).ShouldBe(100u);
    }

    [Fact(Timeout = TestTimeout)]
    public async Task A_parent_that_is_killed_leaves_no_chain_behind_and_loses_nothing()
    {
        Address probe;
        int chainProcess;
        using (var parent = ChainHolder.Start(_folder.Path))
        {
            (var url, chainProcess) = await ReadAsync(parent);
            var sender = Sender(url, 0);
            probe = await ChainFixture.DeployAsync(sender);
            await sender.SendAsync(Probe.Add(probe, 9u));

            parent.Kill();
            await parent.WaitForExitAsync();
        }
        await UntilAsync(() => !IsAlive(chainProcess));

        await using var chain = await StartAsync();
        (await Client(chain).CallAsync(Probe.Count(probe))).ShouldBe(9u);
    }

    [Fact(Timeout = TestTimeout)]
    public async Task A_guard_that_is_killed_takes_its_chain_along()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux has PDEATHSIG; elsewhere the next start ends the orphan.");
        using var parent = ChainHolder.Start(_folder.Path);
        var (_, chainProcess) = await ReadAsync(parent);

        using var guard = Process.GetProcessById(ParentOf(chainProcess));
        guard.Kill();

        // The parent starts it again, with a guard of its own.
        await UntilAsync(() => !IsAlive(chainProcess));
        parent.Kill();
        await parent.WaitForExitAsync();
        await UntilAsync(() => !File.Exists(Path.Combine(_folder.Path, "anvil.pid")) || !IsAlive(ReadId()));
    }

    [Fact(Timeout = TestTimeout)]
    public async Task An_orphan_that_a_crash_left_is_ended_by_the_next_start()
    {
        // An orphan without any guard, as a crash of the whole guard would leave where there is no PDEATHSIG.
        var orphan = Process.Start(new ProcessStartInfo(AnvilProgram.Find(null),
            ["--port", "0", "--quiet", "--dump-state", Path.Combine(_folder.Path, "state.exit.json")]))!;
        await File.WriteAllTextAsync(Path.Combine(_folder.Path, "anvil.pid"), orphan.Id.ToString(CultureInfo.InvariantCulture));

        await using var chain = await StartAsync();

        orphan.HasExited.ShouldBeTrue();
    }

    [Fact(Timeout = TestTimeout)]
    public async Task A_process_that_only_has_the_old_id_is_left_alone()
    {
        using var innocent = Process.Start(new ProcessStartInfo("sleep", ["60"]))!;
        await File.WriteAllTextAsync(Path.Combine(_folder.Path, "anvil.pid"), innocent.Id.ToString(CultureInfo.InvariantCulture));

        await using (var chain = await StartAsync())
            innocent.HasExited.ShouldBeFalse();

        innocent.Kill();
    }

    private static async Task<byte[]> SignedAsync(EthereumClient client, Address to)
    {
        using var key = DevelopmentAccounts.Key(1);
        var fees = await client.FeesAsync();
        return new Transaction1559
        {
            ChainId = EmbeddedChain.ChainId, Nonce = await client.NonceAsync(key.Address), Gas = 21_000, To = to, Value = (Uint256)5UL,
            MaxFeePerGas = fees.Max, MaxPriorityFeePerGas = fees.Tip,
        }.Sign(key).Encode();
    }

    private static async Task KillAsync(EmbeddedChain chain)
    {
        var restarts = chain.Restarts;
        using var process = Process.GetProcessById(chain.ProcessId!.Value);
        process.Kill();
        await UntilAsync(() => chain.Restarts > restarts);
    }

    private Task<EmbeddedChain> StartAsync() => EmbeddedChain.StartAsync(new EmbeddedChainOptions(_folder.Path) { SaveEvery = Never });

    private static EthereumClient Client(EmbeddedChain chain) => new(chain.Rpc, Errors.Table);

    private static TransactionSender Sender(EmbeddedChain chain, int account) => Sender(chain.Url, account);

    private static TransactionSender Sender(Uri url, int account)
    {
        var http = new HttpClient(new SocketsHttpHandler());
        return new TransactionSender(new EthereumClient(new JsonRpcClient(http, url), Errors.Table), DevelopmentAccounts.Key(account),
            TimeProvider.System, ChainFixture.Hasty);
    }

    private static async Task<(Uri Url, int ProcessId)> ReadAsync(Process parent)
    {
        var words = (await parent.StandardOutput.ReadLineAsync())!.Split(' ');
        return (new Uri(words[0]), int.Parse(words[1], CultureInfo.InvariantCulture));
    }

    private int ReadId() => int.Parse(File.ReadAllText(Path.Combine(_folder.Path, "anvil.pid")), CultureInfo.InvariantCulture);

    private static int ParentOf(int id)
    {
        // "pid (name) state parent …", and a name may hold anything but its last parenthesis.
        var stat = File.ReadAllText($"/proc/{id}/stat");
        return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1], CultureInfo.InvariantCulture);
    }

    // What has ended keeps an entry until somebody waits for it, but no command line.
    private static bool IsAlive(int id)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/cmdline").Length > 0;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static Task UntilAsync(Func<bool> isSo) => UntilAsync(() => Task.FromResult(isSo()), so => so);

    private static async Task UntilAsync<T>(Func<Task<T>> look, Func<T, bool> isSo)
    {
        while (!isSo(await look()))
            await Task.Delay(5, TestContext.Current.CancellationToken);
    }
}
