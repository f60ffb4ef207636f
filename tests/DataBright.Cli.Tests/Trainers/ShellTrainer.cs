namespace DataBright.Cli.Tests.Trainers;

/// <summary>
/// A trainer in a few lines of shell, as somebody would write one: its arguments are <c>--params $2 --data $4 --config $6 --out $8</c>.
/// </summary>
internal static class ShellTrainer
{
    public static string Write(TemporaryFolder folder, string body)
    {
        if (OperatingSystem.IsWindows())
            Assert.Skip("This machine has no sh.");
        var path = folder["trainer.sh"];
        File.WriteAllText(path, $"set -e\n{body}\n");
        return $"sh '{path}'";
    }

    /// <summary>Gives a checkpoint that was trained elsewhere.</summary>
    public static string Giving(TemporaryFolder folder, string checkpoint) =>
        Write(folder, $$"""
            test -f "$4/features.npy" && test -f "$4/labels.npy" && grep -q trainer-task "$6"
            echo '{"step":1,"steps":2,"loss":0.75}'
            echo '{"step":2,"steps":2,"loss":0.25}'
            cp '{{checkpoint}}' "$8"
            """);
}
