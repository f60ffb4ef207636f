using System.Net;
using System.Net.Sockets;
using DataBright.Terminal;

namespace DataBright.Cli.Tests.Watching;

public sealed class FlagTests : IDisposable
{
    private readonly TemporaryFolder _home = new();

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task An_address_for_metrics_that_is_taken_is_told_before_anything_is_touched()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var address = $"http://{taken.LocalEndpoint}";

        var said = await Databright.RunAsync(_home.Path, "up", "--metrics", address);

        said.ShouldFailClearly(ExitCode.Unreachable, address, "Choose another address with --metrics URL");
        Directory.EnumerateFileSystemEntries(_home.Path).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("up --metrics", "http://127.0.0.1:9464/")]
    [InlineData("up --metrics --log debug", "http://127.0.0.1:9464/")]
    [InlineData("up --metrics http://10.0.0.2:9000 --log-json", "http://10.0.0.2:9000/")]
    [InlineData("up --metrics=http://127.0.0.1:0", "http://127.0.0.1:0/")]
    [InlineData("up", null)]
    public void Metrics_are_for_this_machine_unless_another_address_is_given(string line, string? address)
    {
        var parsed = Commands.Root().Parse(line.Split(' '));
        parsed.Errors.ShouldBeEmpty();
        parsed.GetValue<Uri?>("--metrics")?.ToString().ShouldBe(address);
    }
}
