using System.Globalization;
using System.Text;

namespace DataBright.Cli.Tests.Up;

/// <summary>Whatever is secret in the environment ends with the process that it was given to.</summary>
public sealed class SecretVariableTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task No_child_inherits_a_password_or_a_token()
    {
        if (!OperatingSystem.IsLinux()) Assert.Skip("Only Linux shows what a process was started with.");
        (string, string)[] secrets =
        [
            ("DATABRIGHT_PASSWORD", "secret-of-the-key"), ("DATABRIGHT_CERTIFICATE_PASSWORD", "secret-of-the-certificate"),
            ("DATABRIGHT_SIGNER", "http://u:secret-of-the-signer@127.0.0.1:1"),
            ("OTEL_EXPORTER_OTLP_HEADERS", "token=secret-of-the-collector"),
            ("OTEL_EXPORTER_OTLP_TRACES_HEADERS", "token=secret-of-the-traces"),
        ];
        await using var node = Databright.Start(_folder.Path, null, ["up", "--end-with-parent", "--roles", "web"], secrets);
        (await node.Output.ReadLineAsync(Stop)).ShouldNotBeNull().ShouldStartWith("ready ");

        var children = Below(node.ProcessId);
        children.Count.ShouldBeGreaterThanOrEqualTo(2, "the chain and its guard");
        children.Select(NameOf).ShouldContain("anvil");
        foreach (var child in children)
        {
            var inherited = Encoding.UTF8.GetString(File.ReadAllBytes($"/proc/{child}/environ"));
            inherited.ShouldContain("DATABRIGHT_HOME=", customMessage: "what is no secret is inherited");
            inherited.ShouldNotContain("secret-of-", customMessage: NameOf(child));
        }

        node.Orphan();
        (await node.EndAsync()).ExitCode.ShouldBe(0);
    }

    private static string NameOf(int process) => File.ReadAllText($"/proc/{process}/comm").Trim();

    private static List<int> Below(int parent)
    {
        var parents = Directory.GetDirectories("/proc").Select(Path.GetFileName)
            .Where(name => int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            .Select(name => (Id: int.Parse(name!, CultureInfo.InvariantCulture), Parent: ParentOf(name!))).ToArray();
        var found = new List<int>();
        var open = new Queue<int>([parent]);
        while (open.TryDequeue(out int next))
            foreach (var (id, _) in parents.Where(one => one.Parent == next))
            {
                found.Add(id);
                open.Enqueue(id);
            }
        return found;
    }

    private static int ParentOf(string process)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{process}/stat");
            return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1], CultureInfo.InvariantCulture);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return -1;
        }
    }
}
