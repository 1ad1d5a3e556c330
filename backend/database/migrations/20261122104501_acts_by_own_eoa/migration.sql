-- AlterTable
ALTER TABLE "acts" ADD COLUMN     "by_own_eoa" BOOLEAN;
